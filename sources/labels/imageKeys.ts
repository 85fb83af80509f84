/**
 * SQL for the key of a path as people write it: composed Unicode (NFC), `/` between the parts, without empty and `.` parts, so that
 * `.\cats\a.jpg`, `/cats//a.jpg` and `cats/a.jpg` are one. `..` stays and matches nothing.
 */
export function pathKeySql(path: string): string {
  return `array_to_string(list_filter(string_split(replace(nfc_normalize(${path}), '\\', '/'), '/'), lambda part: part NOT IN ('', '.')), '/')`
}

/** SQL for an origin's path key relative to a root URI; where it lies elsewhere, without its scheme and host. */
export function relativePathSql(origin: string, root: string): string {
  const below = `CASE WHEN starts_with(${origin}, ${root} || '/') THEN substr(${origin}, length(${root}) + 2)
    ELSE regexp_replace(${origin}, '^[A-Za-z][A-Za-z0-9+.-]*://[^/]*', '') END`
  return pathKeySql(`CASE WHEN starts_with(${origin}, 'file:') THEN url_decode(${below}) ELSE ${below} END`)
}
