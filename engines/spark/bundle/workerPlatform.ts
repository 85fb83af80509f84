import { userError } from '../../../base/HubError.ts'

/** Where workers run: Linux with glibc. */
export const workerPlatforms = ['linux-x64', 'linux-arm64'] as const
export type WorkerPlatform = (typeof workerPlatforms)[number]

/** What `uname -sm` prints there. */
export const unameOf: Readonly<Record<WorkerPlatform, string>> = {
  'linux-x64': 'Linux x86_64',
  'linux-arm64': 'Linux aarch64',
}

/** @throws HubError `unsupported_platform` */
export function thisPlatform(): WorkerPlatform {
  const name = `${process.platform}-${process.arch}`
  const platform = workerPlatforms.find(known => known === name)
  if (platform !== undefined) return platform
  throw userError(
    'unsupported_platform',
    `there is no worker for ${name}`,
    `there are ${workerPlatforms.join(' and ')}; name the platform of the cluster`,
  )
}
