import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { before, describe, test } from 'node:test'
import {
  createFileRegistry,
  type DescEnum,
  type DescField,
  type DescFile,
  type DescMessage,
  type DescMethod,
  fromBinary,
} from '@bufbuild/protobuf'
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt'
import { file_google_rpc } from '../../../../engines/spark/connect/google_rpc_pb.ts'
import { file_spark_connect } from '../../../../engines/spark/connect/spark_connect_pb.ts'
import { sparkHome } from '../../../../engines/spark/setup/sparkHome.ts'
import { sparkForTests } from '../../../support/spark.ts'
import { suiteScope } from '../../../support/suiteScope.ts'
import { type Scope, temporaryFolder } from '../../../support/temporaryFolder.ts'
import { zipEntries } from '../../../support/zipEntries.ts'

const root = join(import.meta.dirname, '../../../..')
const environment = { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` }
const buf = (cwd: string, ...args: string[]) =>
  execFileSync('buf', args, { cwd, env: environment, maxBuffer: 1 << 28 })

test('the committed messages are what the protobuf files generate', async t => {
  const folder = await temporaryFolder(t)
  buf(root, 'generate', '--output', folder)
  const out = join(folder, 'engines/spark/connect')
  const generated = readdirSync(out).sort()
  assert.deepEqual(generated, ['google_rpc_pb.ts', 'spark_connect_pb.ts'])
  for (const name of generated) {
    const committed = readFileSync(join(root, 'engines/spark/connect', name), 'utf8')
    assert.ok(committed === readFileSync(join(out, name), 'utf8'), `${name} is stale: run \`npm run proto\``)
  }
})

/** Everything of our protocol that Spark 3.5 lacks: the client has to do without it there. Of a whole message only its name. */
const notIn35 = [
  'message spark.connect.Doubles',
  'message spark.connect.ExecutePlanResponse.ExecutionProgress',
  'message spark.connect.ExecutePlanResponse.ExecutionProgress.StageInfo',
  'message spark.connect.Expression.Literal.SpecializedArray',
  'message spark.connect.DataType.Variant',
  'message spark.connect.Fetch',
  'message spark.connect.Fetch.Method',
  'message spark.connect.FetchErrorDetailsRequest',
  'message spark.connect.FetchErrorDetailsResponse',
  'message spark.connect.FetchErrorDetailsResponse.Error',
  'message spark.connect.FetchErrorDetailsResponse.SparkThrowable',
  'message spark.connect.FetchErrorDetailsResponse.StackTraceElement',
  'message spark.connect.Ints',
  'message spark.connect.MlCommand',
  'message spark.connect.MlCommand.Delete',
  'message spark.connect.MlCommand.Fit',
  'message spark.connect.MlCommand.Read',
  'message spark.connect.MlCommand.Write',
  'message spark.connect.MlCommandResult',
  'message spark.connect.MlCommandResult.MlOperatorInfo',
  'message spark.connect.MlOperator',
  'message spark.connect.MlParams',
  'message spark.connect.MlRelation',
  'message spark.connect.MlRelation.Transform',
  'message spark.connect.ObjectRef',
  'message spark.connect.ReleaseSessionRequest',
  'message spark.connect.ReleaseSessionResponse',
  'message spark.connect.Strings',
  'field spark.connect.AddArtifactsRequest.client_observed_server_side_session_id',
  'field spark.connect.AddArtifactsResponse.server_side_session_id',
  'field spark.connect.AddArtifactsResponse.session_id',
  'field spark.connect.AnalyzePlanRequest.client_observed_server_side_session_id',
  'field spark.connect.AnalyzePlanResponse.server_side_session_id',
  'field spark.connect.ArtifactStatusesRequest.client_observed_server_side_session_id',
  'field spark.connect.ArtifactStatusesResponse.server_side_session_id',
  'field spark.connect.ArtifactStatusesResponse.session_id',
  'field spark.connect.Command.ml_command',
  'field spark.connect.ConfigRequest.client_observed_server_side_session_id',
  'field spark.connect.ConfigResponse.server_side_session_id',
  'field spark.connect.DataType.variant',
  'field spark.connect.ExecutePlanRequest.client_observed_server_side_session_id',
  'field spark.connect.ExecutePlanResponse.ArrowBatch.start_offset',
  'field spark.connect.ExecutePlanResponse.execution_progress',
  'field spark.connect.ExecutePlanResponse.ml_command_result',
  'field spark.connect.ExecutePlanResponse.server_side_session_id',
  'field spark.connect.Expression.Literal.specialized_array',
  'field spark.connect.Expression.UnresolvedFunction.is_internal',
  'field spark.connect.InterruptRequest.client_observed_server_side_session_id',
  'field spark.connect.InterruptResponse.server_side_session_id',
  'field spark.connect.ReattachExecuteRequest.client_observed_server_side_session_id',
  'field spark.connect.Relation.ml_relation',
  'field spark.connect.ReleaseExecuteRequest.client_observed_server_side_session_id',
  'field spark.connect.ReleaseExecuteResponse.server_side_session_id',
  'call spark.connect.SparkConnectService.FetchErrorDetails',
  'call spark.connect.SparkConnectService.ReleaseSession',
]

const spark = await sparkForTests()

for (const [line, absent] of [
  ['3.5', notIn35],
  ['4.0', []],
] as const) {
  describe(`Spark ${line}`, { skip: spark.skip }, () => {
    const scope = suiteScope()
    let theirs: Map<string, string>
    before(async () => {
      theirs = describeProtocol(await protocolOf(await sparkHome({ line }), scope))
    })

    test('knows every message, field, enum value and call of ours, except those listed as later', () => {
      const missing = [...describeProtocol(ourProtocol).keys()].filter(name => !theirs.has(name))
      const isInMissing = (name: string) => {
        const owner = name.slice(name.indexOf(' ') + 1, name.lastIndexOf('.'))
        return missing.includes(`message ${owner}`) || missing.includes(`enum ${owner}`)
      }
      const outermost = missing.filter(name => name.startsWith('message') || !isInMissing(name))
      assert.deepEqual(outermost.sort(), [...absent].sort())
    })

    test('gives them the same numbers, types and groups', () => {
      const differing = [...describeProtocol(ourProtocol)]
        .filter(([name, described]) => theirs.has(name) && theirs.get(name) !== described)
        .map(([name, described]) => `${name}: ours ${described}, theirs ${theirs.get(name)}`)
      assert.deepEqual(differing, [])
    })
  })
}

const ourProtocol = [file_spark_connect, file_google_rpc]

/** The protocol inside the jar of a Spark. */
async function protocolOf(home: string, scope: Scope): Promise<Iterable<DescFile>> {
  const jars = join(home, 'jars')
  const jar = (await readdir(jars)).find(name => name.startsWith('spark-connect_'))
  assert.ok(jar !== undefined, `${jars} holds the jar of Spark Connect`)
  const folder = await temporaryFolder(scope)
  const files = zipEntries(
    join(jars, jar),
    /^(spark\/connect\/\w+|google\/rpc\/(error_details|status))\.proto$/,
  )
  assert.ok(files.size >= 8, `${jar} holds Spark's protocol`)
  for (const [name, bytes] of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), bytes)
  }
  const image = buf(folder, 'build', '--output', '-#format=binpb')
  return createFileRegistry(fromBinary(FileDescriptorSetSchema, image)).files
}

/** Everything that matters on the wire, by name. */
function describeProtocol(files: Iterable<DescFile>): Map<string, string> {
  const described = new Map<string, string>()
  const addMessage = (message: DescMessage) => {
    described.set(`message ${message.typeName}`, '')
    for (const field of message.fields)
      described.set(`field ${message.typeName}.${field.name}`, describeField(field))
    message.nestedMessages.forEach(addMessage)
    message.nestedEnums.forEach(addEnum)
  }
  const addEnum = (type: DescEnum) => {
    described.set(`enum ${type.typeName}`, '')
    for (const { name, number } of type.values)
      described.set(`value ${type.typeName}.${name}`, String(number))
  }
  for (const file of files) {
    file.messages.forEach(addMessage)
    file.enums.forEach(addEnum)
    for (const { typeName, methods } of file.services) {
      for (const method of methods) described.set(`call ${typeName}.${method.name}`, describeCall(method))
    }
  }
  return described
}

function describeField(field: DescField): string {
  const { number, presence, oneof } = field
  const group = oneof === undefined ? '' : ` in ${oneof.name}`
  return `${number} ${describeType(field)} presence ${presence}${group}`
}

function describeType(field: DescField): string {
  const element = field.message?.typeName ?? field.enum?.typeName ?? `scalar ${field.scalar}`
  if (field.fieldKind === 'map') return `map of scalar ${field.mapKey} to ${element}`
  return field.fieldKind === 'list' ? `list of ${element}` : element
}

const describeCall = ({ methodKind, input, output }: DescMethod) =>
  `${methodKind} ${input.typeName} ${output.typeName}`
