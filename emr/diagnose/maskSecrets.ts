/** Whatever looks like a key of AWS, a token or a password, by its own form or by the name before it. */
const secrets: readonly (readonly [RegExp, string])[] = [
  [/\b(A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,20}\b/g, '***'],
  [/\b(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz)[\w+/=%-]{8,}/g, '***'],
  [/\beyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?/g, '***'],
  [/(\/\/)[^/@\s:]{1,200}:[^/@\s]{1,400}@/g, '$1***@'],
  [/\b(Bearer|Basic|AWS4-HMAC-SHA256)(\s{1,4})\S{6,}/gi, '$1$2***'],
  // `x-amz-security-token=...`, `"secretAccessKey": "..."`, `fs.s3a.secret.key=...`, `--token ...`
  [
    /([\w.-]{0,40}(?:secret|password|passwd|token|signature|credential|access[_.-]?key|proxy-auth|authorization)[\w.-]{0,30}["']?\s{0,3}=\s{0,3}["']?)[^\s"'&;,]{1,8192}/gi,
    '$1***',
  ],
  [
    /([\w.-]{0,40}(?:secret|password|passwd|token|signature|credential|access[_.-]?key|proxy-auth|authorization)[\w.-]{0,30}["']?(?::\s{0,3}|\s{1,3})["']?)(?=[\w+/=%.-]{0,8192}\d)[\w+/=%.-]{16,8192}/gi,
    '$1***',
  ],
  // A secret access key without its name: 40 characters of base64, of both cases and with digits.
  [
    /(?<![\w+/=-])(?=[A-Za-z0-9+/]{0,39}[A-Z])(?=[A-Za-z0-9+/]{0,39}[a-z])(?=[A-Za-z0-9+/]{0,39}\d)[A-Za-z0-9+/]{40}(?![\w+/=-])/g,
    '***',
  ],
]

/** The text without what looks like a secret. */
export function maskSecrets(text: string): string {
  return secrets.reduce((masked, [pattern, put]) => masked.replaceAll(pattern, put), text)
}
