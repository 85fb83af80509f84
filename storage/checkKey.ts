import { userError } from '../base/HubError.ts'

/**
 * Returns a key that stays below the storage's root, else throws `key_outside_root`. On a file system empty parts are refused as well;
 * in S3 they are part of the name.
 */
export function checkKey(key: string, { emptyParts }: { readonly emptyParts: boolean }): string {
  const parts = key.split('/')
  const bad = parts.some(part => part === '..' || part === '.' || (part === '' && !emptyParts))
  if (key === '' || bad || key.includes('\0')) {
    throw userError(
      'key_outside_root',
      `the key ${JSON.stringify(key.slice(0, 300))} does not stay below the storage's root`,
      `a key is a relative path: no leading slash, no NUL and no part "." or ".."${emptyParts ? '' : ', none empty'}`,
    )
  }
  return key
}
