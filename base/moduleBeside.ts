/**
 * The module of this name beside the one whose `import.meta.url` is given, for a thread or process to start with: as TypeScript beside
 * sources, as JavaScript beside compiled code.
 */
export function moduleBeside(url: string, name: string): URL {
  return new URL(`./${name}.${url.endsWith('.ts') ? 'ts' : 'js'}`, url)
}
