/** A place below a hub, which is a folder or s3://bucket/prefix. */
export function below(hub: string, path: string): string {
  return `${hub.replace(/\/+$/, '')}/${path}`
}
