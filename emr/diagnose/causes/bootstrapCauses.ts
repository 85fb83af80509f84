import type { Cause } from '../Cause.ts'

/** Bootstrap actions and what EMR installs before the first step. */
export const bootstrapCauses: readonly Cause[] = [
  {
    id: 'bootstrap_not_downloaded',
    title: "A bootstrap action's file cannot be fetched",
    rank: 'root',
    sure: 'documented',
    places: ['status'],
    patterns: [
      /^BOOTSTRAP_FAILURE_(?:BA_DOWNLOAD_FAILED|FILE_NOT_FOUND)\w{0,20}/,
      /failed (?:attempting )?to download bootstrap action (?<action>\d{1,3}) file from S3/i,
    ],
    explain: ({ line, groups: { action = /bootstrap action (\d{1,3})/.exec(line)?.[1] } }) =>
      `A node could not fetch the file of bootstrap action${action === undefined ? '' : ` ${action}`} from S3.`,
    change: 'upload it again: `imagehub emr bundle`; else instanceProfile must be allowed to read it',
  },
  {
    id: 'bootstrap_disk',
    title: 'The disk was full while a node was set up',
    rank: 'root',
    sure: 'documented',
    places: ['status'],
    patterns: [/^BOOTSTRAP_FAILURE_INSUFFICIENT_DISK_SPACE_(?<node>PRIMARY|WORKER)/],
    explain: ({ groups: { node } }) =>
      `The disk of ${node === 'WORKER' ? 'a worker' : 'the primary node'} was full before its bootstrap actions were done.`,
    change: 'ebsGigabytes',
  },
  {
    id: 'bundle_missing',
    title: "The bundle's programs are not on the machine",
    rank: 'root',
    sure: 'unverified',
    places: ['step', 'container', 'bootstrap'],
    patterns: [
      /(?<![\w./-])(?<file>(?:\.?(?:\/[\w.-]{1,60}){0,8}\/)?(?:imagehub(?:-worker)?|node)): (?:command not found|No such file or directory|cannot execute)/,
      /(?:Cannot find (?:module|package)|ERR_MODULE_NOT_FOUND\S{0,5}:? ?) ?'(?<file>[^']{1,200})'/,
      /Cannot run program "(?<file>[^"]{0,200}(?:imagehub|node)[^"]{0,60})"/,
      /(?<![\w./-])(?<file>[\w./-]{1,120}\.(?:tgz|tar\.gz|zip)): FAILED/,
    ],
    explain: ({ groups: { file } }) => `The job's own program is not on the machine: ${file}.`,
    change: 'upload the bundle again: `imagehub emr bundle`',
  },
  {
    id: 'old_system',
    title: "The system's libraries are too old",
    rank: 'root',
    sure: 'unverified',
    places: ['step', 'container', 'bootstrap'],
    patterns: [/version [`'](?<symbol>GLIBC(?:XX)?_[\d.]{1,10})'? not found/],
    explain: ({ groups: { symbol } }) =>
      `The nodes' system is older than the bundle needs: it lacks ${symbol}.`,
    change: 'cluster.release: emr-7.x or emr-spark-8.x (Amazon Linux 2023)',
  },
  {
    id: 'bootstrap_failed',
    title: 'A bootstrap action failed',
    rank: 'failed',
    sure: 'documented',
    places: ['status'],
    patterns: [
      /On the (?<node>master|primary|\S{1,40}) instances? \(?(?<instance>i-\w{1,20})?.{0,80}bootstrap action (?<action>\d{1,3}) (?:returned a|failed with) non-zero (?:return|exit) code(?: (?<code>\d{1,3}))?/i,
      /bootstrap action (?<action>\d{1,3}) (?:returned a|failed with) non-zero (?:return|exit) code/i,
      /^BOOTSTRAP_FAILURE(?:_\w{1,40})?:/,
    ],
    explain: ({ groups: { node, instance, action, code } }) =>
      `Bootstrap action${action === undefined ? '' : ` ${action}`} failed on ${node === undefined ? 'a node' : `the ${node} node`}${instance === undefined ? '' : ` ${instance}`}${code === undefined ? '' : ` with exit code ${code}`}.`,
    change:
      "the bootstrap script of that number; if it is the bundle's, upload it again: `imagehub emr bundle`",
  },
  {
    id: 'provisioning_failed',
    title: "EMR could not install the cluster's applications",
    rank: 'failed',
    sure: 'unverified',
    places: ['status'],
    patterns: [
      /On the (?<node>\S{1,40}) instances? \(?(?<instance>i-\w{1,20})?.{0,80}application provisioning failed/i,
    ],
    explain: ({ groups: { node, instance } }) =>
      `EMR could not install its applications on the ${node} node${instance === undefined ? '' : ` ${instance}`}.`,
    change: 'cluster.release, and the configurations given beside it; a primary.type with 8 GB or more',
  },
]
