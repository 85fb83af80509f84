import { userError } from '../../../base/HubError.ts'

/** Something to send to the server for a session's tasks. */
export interface Artifact {
  /**
   * `files/x`: a file that tasks find below SparkFiles; `archives/x.tar.gz#dir`: an archive that is unpacked there into `dir`;
   * `jars/x.jar`; `cache/<sha256>`: data of the session itself.
   */
  readonly name: string
  readonly source: { readonly path: string } | { readonly data: Uint8Array }
}

/** @throws HubError `bad_artifact` */
export function checkArtifactName(name: string): void {
  const steps = name.split('/')
  const wrong = steps.length < 2 || steps.some(step => step === '' || step === '.' || step === '..')
  if (!wrong && /^(files|archives|jars|cache)$/.test(steps[0] ?? '') && !/[\\\0]/.test(name)) return
  throw userError(
    'bad_artifact',
    `${JSON.stringify(name)} is no name of a file for Spark`,
    'files/NAME, archives/NAME.tar.gz#FOLDER or jars/NAME.jar',
  )
}
