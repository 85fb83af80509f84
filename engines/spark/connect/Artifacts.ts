import { Code } from '@connectrpc/connect'
import { HubError, userError } from '../../../base/HubError.ts'
import { type Artifact, checkArtifactName } from './Artifact.ts'
import { artifactDigest, artifactPayloads } from './artifactRequests.ts'
import { asConnectError, callFailure } from './callFailure.ts'
import type { Rpc } from './Rpc.ts'
import type { AddArtifactsResponse } from './spark_connect_pb.ts'

export interface AddOptions {
  readonly signal?: AbortSignal | undefined
}

/** How often bytes that arrive with a wrong checksum are sent again. */
const checksumAttempts = 3

/** The artifacts of one session. */
export class Artifacts {
  readonly #rpc: Rpc
  /** Digest of what was sent under each name. */
  readonly #sent = new Map<string, string>()

  constructor(rpc: Rpc) {
    this.#rpc = rpc
  }

  /**
   * Sends what the session does not have yet, in one stream.
   * @throws HubError `bad_artifact`, `artifact_missing`, `artifact_changed`, `artifact_conflict`, `artifact_corrupted`
   * @throws SparkError what the server answered
   */
  async add(artifacts: readonly Artifact[], options: AddOptions = {}): Promise<void> {
    const digests = new Map<string, string>()
    const missing: Artifact[] = []
    for (const artifact of artifacts) {
      checkArtifactName(artifact.name)
      const digest = await artifactDigest(artifact)
      const had = this.#sent.get(artifact.name) ?? digests.get(artifact.name)
      if (had !== undefined && had !== digest) {
        throw userError(
          'artifact_conflict',
          `the session has other bytes under the name ${artifact.name} already`,
          'Spark never replaces a file of a session: send it under another name',
        )
      }
      if (had === undefined) missing.push(artifact)
      digests.set(artifact.name, digest)
    }
    if (missing.length > 0) await this.#send(missing, options)
    for (const [name, digest] of digests) this.#sent.set(name, digest)
  }

  /** Whether the server has data of this session under `cache/<sha256>`. */
  async has(name: string, { signal }: AddOptions = {}): Promise<boolean> {
    const { statuses } = await this.#rpc.call(
      (client, head, options) => client.artifactStatus({ ...head, names: [name] }, options),
      { signal },
    )
    return statuses[name]?.exists ?? false
  }

  async #send(artifacts: readonly Artifact[], { signal }: AddOptions): Promise<void> {
    let left = artifacts
    for (let attempt = 0; attempt < checksumAttempts; attempt += 1) {
      const response = await this.#stream(left, signal)
      if (response === undefined) return
      const bad = new Set(response.artifacts.filter(one => !one.isCrcSuccessful).map(({ name }) => name))
      if (bad.size === 0 && response.artifacts.length >= left.length) return
      // The server leaves out the fragment of an archive's name in some versions.
      const damaged = left.filter(({ name }) => bad.has(name) || bad.has(name.split('#', 1)[0] ?? ''))
      left = damaged.length > 0 ? damaged : left
    }
    throw new HubError({
      code: 'artifact_corrupted',
      message: `${left.map(({ name }) => name).join(', ')} reached the Spark server damaged, ${checksumAttempts} times`,
      hint: 'something between here and the server changes bytes',
    })
  }

  /** Undefined where the server has them all from an attempt whose answer was lost. */
  #stream(
    artifacts: readonly Artifact[],
    signal: AbortSignal | undefined,
  ): Promise<AddArtifactsResponse | undefined> {
    let sentAll = false
    return this.#rpc.call(
      async (client, head, options) => {
        const hadSentAll = sentAll
        let failure: unknown
        async function* requests() {
          try {
            for await (const payload of artifactPayloads(artifacts)) yield { ...head, payload }
            sentAll = true
          } catch (error) {
            failure = error
            throw error
          }
        }
        try {
          return await client.addArtifacts(requests(), options)
        } catch (thrown) {
          // What failed on this side, such as a file that cannot be read, is not the connection's fault.
          if (failure !== undefined && asConnectError(failure) === undefined) throw failure
          if (hadSentAll && isRefusal(thrown)) return undefined
          throw thrown
        }
      },
      { signal },
    )
  }
}

/** Spark 3.5 takes no file twice, not even with the same bytes, and says nothing but `unknown`; Spark 4 does take it. */
function isRefusal(thrown: unknown): boolean {
  const error = asConnectError(thrown)
  return error?.code === Code.Unknown && callFailure(error) === 'answered'
}
