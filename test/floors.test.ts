import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import ts from 'typescript'

const root = dirname(import.meta.dirname)

/** Ground first: a file imports from its own floor or from those before it. */
const floors = [
  'base',
  'tables',
  'storage',
  'sql',
  'models',
  'stages',
  'sources',
  'samples',
  'pipelines',
  'catalog',
  'engines',
  'report',
  'operations',
  'jobs',
  'emr',
  'cli',
]

const files = globSync(`{${floors.join(',')}}/**/*.ts`, { cwd: root }).sort()

/** The module specifiers that a file imports, statically or dynamically, as the compiler's own scanner sees them. */
function importsOf(file: string): string[] {
  return ts
    .preProcessFile(readFileSync(join(root, file), 'utf8'))
    .importedFiles.map(({ fileName }) => fileName)
}

const folderOf = (file: string) => file.split('/')[0] ?? ''

test('imports go down the floors only', () => {
  assert.ok(files.length > 50, 'the floors hold the sources')
  const upward = files.flatMap(file =>
    importsOf(file)
      .filter(specifier => specifier.startsWith('.'))
      .map(specifier => relative(root, join(root, dirname(file), specifier)))
      .filter(target => floors.indexOf(folderOf(target)) > floors.indexOf(folderOf(file)))
      .map(target => `${file} imports ${target}`),
  )
  assert.deepEqual(upward, [])
})

test('sources import nothing outside the floors', () => {
  const outside = files.flatMap(file =>
    importsOf(file)
      .filter(specifier => specifier.startsWith('.'))
      .map(specifier => relative(root, join(root, dirname(file), specifier)))
      .filter(target => !floors.includes(folderOf(target)))
      .map(target => `${file} imports ${target}`),
  )
  assert.deepEqual(outside, [])
})

/** Those of them that are left when types are gone. */
function importsAtRunTime(file: string): string[] {
  const text = ts.transpile(readFileSync(join(root, file), 'utf8'), {
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.ESNext,
    verbatimModuleSyntax: true,
  })
  return ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName)
}

test('only storage and emr talk to AWS, and compiling a job does not', () => {
  const mayTalk = (file: string) =>
    ['storage', 'emr'].includes(folderOf(file)) && !file.startsWith('emr/compile/')
  const clients = files
    .filter(file => !mayTalk(file))
    .flatMap(file =>
      importsAtRunTime(file)
        .filter(specifier => specifier.startsWith('@aws-sdk/'))
        .map(specifier => `${file} imports ${specifier}`),
    )
  assert.deepEqual(clients, [])
})
