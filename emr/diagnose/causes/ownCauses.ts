import type { Cause, Match } from '../Cause.ts'
import { ownErrorPatterns, readOwnError, said } from './ownError.ts'
import { userCodes } from './userCodes.ts'

const places = ['status', 'step', 'container'] as const

const told = (what: string) => (match: Match) => {
  const { message } = readOwnError(match)
  return message === '' ? `${what}.` : `${what}: ${said(match)}.`
}

/** Codes of the driver under which other causes are told, of lower ranks. */
const ofOthers = 'spark_failed|storage_unavailable'

const withHint = (what: string) => (match: Match) => {
  const { hint } = readOwnError(match)
  return `${told(what)(match)}${hint === undefined ? '' : ` It advises: ${hint.replace(/\.$/, '')}.`}`
}

/** Errors of this project's driver and workers. */
export const ownCauses: readonly Cause[] = [
  {
    id: 'model_refused',
    title: 'onnxruntime does not take the model',
    rank: 'asked',
    sure: 'own',
    places,
    patterns: ownErrorPatterns('model_refused', 'onnxruntime refuses '),
    explain: told('The model cannot be opened'),
    change: 'import the model again (`imagehub models import`) into the hub that the job names (hub URI)',
  },
  {
    id: 'gpu_unavailable',
    title: 'A worker finds no GPU, or CUDA is missing',
    rank: 'asked',
    sure: 'own',
    places,
    patterns: [
      ...ownErrorPatterns('gpu_unavailable', 'onnxruntime cannot use GPU '),
      /libonnxruntime_providers_cuda\.so.{0,100}error: (?<library>lib[\w.-]{1,60}): cannot open shared object/,
    ],
    explain: match =>
      match.groups.library === undefined
        ? told('A GPU was asked for in vain')(match)
        : `A worker cannot use a GPU: the library ${match.groups.library} is not on the node.`,
    change:
      'workers.type (a type with an NVIDIA GPU); else put driver, CUDA 12 and cuDNN 9 on the nodes, or run with --device cpu',
  },
  {
    id: 'gpu_not_used',
    title: 'The model was computed on the CPU though a GPU was asked for',
    rank: 'asked',
    sure: 'own',
    places,
    patterns: ownErrorPatterns(
      'gpu_not_used',
      '\\d{1,9} of \\d{1,9} nodes that matter did not run on the GPU',
    ),
    explain: told('The GPU was not used'),
    change:
      'export the model with operators that onnxruntime has for CUDA, or run with --device cpu and a cheaper workers.type',
  },
  {
    id: 'worker_not_started',
    title: "imagehub's worker does not start on the executors",
    rank: 'root',
    sure: 'own',
    places,
    patterns: ownErrorPatterns('worker_not_started', 'no worker starts on the executors: '),
    explain: told('The executors cannot run imagehub'),
    change:
      "cluster.release (a system with glibc 2.28 or newer), or upload the bundle again for the nodes' platform: `imagehub emr bundle`",
  },
  {
    id: 'spark_too_old',
    title: 'The release has no Spark that the driver can talk to',
    rank: 'asked',
    sure: 'own',
    places,
    patterns: [
      ...ownErrorPatterns('spark_version', 'the server (?:runs Spark|says its version)'),
      /ClassNotFoundException: (?<class>org\.apache\.spark\.sql\.connect\.service\.SparkConnectServer)/,
      /(?<script>start-connect-server\.sh): (?:No such file|command not found)/,
      /(?<java>UnsupportedClassVersionError): .{0,200}/,
    ],
    explain: match =>
      (match.groups.class ?? match.groups.script)
        ? `The release carries no Spark Connect server (${match.groups.class ?? match.groups.script}).`
        : match.groups.java
          ? "The release's Java is older than what its Spark or a jar was compiled for."
          : told("The driver does not work with the cluster's Spark")(match),
    change: 'cluster.release: emr-7.x (Spark 3.5) or emr-spark-8.x (Spark 4.0)',
  },
  {
    id: 'master_unreachable',
    title: 'No Spark master or ResourceManager answers',
    rank: 'asked',
    sure: 'own',
    places,
    patterns: ownErrorPatterns('master_unreachable', 'no Spark master answers at '),
    explain: told('The driver has no cluster'),
    change:
      'run on the primary node with --master yarn, where HADOOP_CONF_DIR is /etc/hadoop/conf; see that primary.type is large enough for the ResourceManager to live',
  },
  {
    id: 'run_timed_out',
    title: 'The run took longer than it may',
    rank: 'root',
    sure: 'own',
    places,
    patterns: ownErrorPatterns('timed_out', 'the run was not done after '),
    explain: told('The driver ended the run'),
    change: 'maxHours of the cluster, or workers.count; then submit the job again, finished rows are kept',
  },
  {
    id: 'run_cancelled',
    title: 'Somebody cancelled the run',
    rank: 'root',
    sure: 'own',
    places,
    patterns: ownErrorPatterns('cancelled', 'the run was stopped by '),
    explain: told('The driver ended the run'),
    change: 'nothing: submit the job again to go on, finished rows are kept',
  },
  {
    id: 'gpu_part_missing',
    title: 'The bundle has no CUDA part, or the release no Connect server',
    rank: 'asked',
    sure: 'own',
    places,
    patterns: ownErrorPatterns('gpu_provider_missing|connect_missing'),
    explain: told('The job was compiled without something that it needs'),
    change: '`imagehub emr bundle`, with --cuda for GPUs; then submit the job anew',
  },
  {
    id: 'nothing_read',
    title: 'Not one photo could be read',
    rank: 'failed',
    sure: 'own',
    places,
    patterns: ownErrorPatterns('nothing_read', 'not one of \\d{1,12} photos could be read'),
    explain: told('The machines do not reach the photos'),
    change:
      "the instance profile: `imagehub emr iam` prints what it needs; name the photos' bucket in the job's access",
  },
  {
    id: 'user_error',
    title: 'The job asks for something that is not there or not allowed',
    rank: 'asked',
    sure: 'own',
    places,
    patterns: [
      ...ownErrorPatterns(userCodes.join('|')),
      /imagehub-error: \{"code":"(?<code>(?!access_denied|credentials_|bucket_not_found|wrong_region|bad_driver_memory)\w{1,60})","fault":"user"/,
    ],
    explain: match => withHint(`The job was refused (${match.groups.code})`)(match),
    change: 'the arguments of the job, as the message says (hub URI, model, head, parameters)',
  },
  {
    id: 'conservation_broken',
    title: 'A stage gave more or fewer rows than it got',
    rank: 'root',
    sure: 'own',
    places,
    patterns: ownErrorPatterns('conservation_broken', 'stage \\S{1,80} gave \\d{1,9} rows '),
    explain: told('Rows were lost or doubled, so nothing was committed'),
    change:
      'the stage: it yields one row for each row that it gets; with a changed stage upload it again: `imagehub emr bundle`',
  },
  {
    id: 'spark_server_died',
    title: 'The Spark Connect server ended in the middle of the job',
    rank: 'failed',
    sure: 'own',
    places,
    patterns: ownErrorPatterns(
      'spark_server_(?:died|failed)',
      '(?:the Spark Connect server ended with|Spark \\S{1,20} Connect server )',
    ),
    explain: told('The Spark server of the job ended or did not start'),
    change: 'spark.driver.memory, or primary.type for more memory on the primary node',
  },
  {
    id: 'no_executors',
    title: 'YARN gave the job no executor in time',
    rank: 'failed',
    sure: 'own',
    places,
    patterns: ownErrorPatterns('no_executors', 'Spark gave no executor within '),
    explain: told('The job could not begin'),
    change: 'workers.count or workers.max, or a spark.executor.memory that fits workers.type',
  },
  {
    id: 'stage_hangs',
    title: 'A stage gave nothing for too long',
    rank: 'failed',
    sure: 'own',
    places,
    patterns: ownErrorPatterns('stage_hangs'),
    explain: told('A stage was taken for hanging'),
    change: 'workers.type (more cores or a GPU), or more stageSeconds where rows may take that long',
  },
  {
    id: 'session_lost',
    title: 'The Spark Connect session is gone',
    rank: 'failed',
    sure: 'own',
    places,
    patterns: [
      /INVALID_HANDLE\.(?<state>SESSION_(?:CLOSED|CHANGED|NOT_FOUND)|OPERATION_(?:NOT_FOUND|ABANDONED))/,
      ...ownErrorPatterns('spark_session_lost', 'the session at '),
    ],
    explain: ({ groups: { state } }) =>
      `The Spark server gave up the session of the job${state === undefined ? '' : ` (${state})`}: it was started anew, or had been silent too long.`,
    change:
      'run the job again, finished rows are kept; if it happens again, spark.driver.memory or primary.type',
  },
  {
    id: 'driver_error',
    title: 'Another error of the driver',
    rank: 'failed',
    sure: 'own',
    places,
    patterns: [
      new RegExp(`imagehub-error: \\{"code":"(?<code>(?!${ofOthers})\\w{1,60})"`),
      /^imagehub: (?!Spark: |.{1,300}: S3 answered)(?<message>.{1,600})/,
      new RegExp(`^(?!${ofOthers})(?<code>[a-z]{1,20}(?:_[a-z]{1,20}){1,4}): (?<message>.{1,600})`),
    ],
    explain: match =>
      withHint(
        `The driver ended with an error${match.groups.code === undefined ? '' : ` (${match.groups.code})`}`,
      )(match),
    change: 'what the message says',
  },
]
