import { spawn } from 'node:child_process'
import { cp, mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { drawSamples } from '../../samples/drawSamples.ts'
import { defaultCacheFolder } from '../../storage/defaultCacheFolder.ts'
import { writePixelModel } from '../support/drawnPhotos.ts'
import { endWithUs } from '../support/endWithUs.ts'
import { type Scope, temporaryFolder } from '../support/temporaryFolder.ts'
import { root } from './markdown.ts'

/** What the pages' commands find: drawn photos, their labels, a model that works in no time, and what `npm run demo` makes. */
export interface PreparedFolder {
  /** A folder of its own for a page, with a copy of everything. */
  forPage(page: string): Promise<string>
  sh(script: string, folder: string): Promise<{ readonly exitCode: number | null; readonly output: string }>
  /** The output as it would be in /data, whatever the folder. */
  anonymous(output: string): string
}

const demo = `
imagehub models import --hub demo-hub/hub --from model.onnx --id inception-v3-nsfwjs
imagehub ingest --hub demo-hub/hub --from photos --labels folder
imagehub featurize --hub demo-hub/hub --model inception-v3-nsfwjs
imagehub train --hub demo-hub/hub --model inception-v3-nsfwjs --name demo
imagehub predict --hub demo-hub/hub --head demo`

export async function preparedFolder(test: Scope): Promise<PreparedFolder> {
  const top = await temporaryFolder(test)
  const [bin, base] = [join(top, 'bin'), join(top, 'base')]
  await mkdir(bin)
  await symlink(join(root, 'bin/imagehub.js'), join(bin, 'imagehub'))
  const photos = join(base, 'photos')
  const { classes } = await drawSamples({ folder: photos, perClass: 8 })
  const labels = await Promise.all(
    classes.map(async name => (await readdir(join(photos, name))).map(file => `${name}/${file},${name}\n`)),
  )
  await writeFile(join(base, 'labels.csv'), `file,label\n${labels.flat().sort().join('')}`)
  await writePixelModel(join(base, 'model.onnx'))
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(AWS_|IMAGEHUB_|XDG_|NODE_OPTIONS)/.test(name),
  )
  const env = {
    ...Object.fromEntries(kept),
    PATH: `${bin}:${dirname(process.execPath)}:${process.env.PATH}`,
    IMAGEHUB_ASSETS: join(top, 'none'),
    // Where Spark is.
    IMAGEHUB_CACHE: defaultCacheFolder(),
  }
  const sh: PreparedFolder['sh'] = (script, folder) =>
    new Promise((resolve, reject) => {
      const child = endWithUs(
        spawn('sh', ['-ec', script], {
          cwd: folder,
          env: { ...env, HOME: `${folder}-home` },
          stdio: ['ignore', 'pipe', 'pipe'],
        }),
      )
      const output: Buffer[] = []
      child.stdout.on('data', chunk => output.push(chunk))
      child.stderr.on('data', chunk => output.push(chunk))
      child.on('error', reject)
      child.on('close', exitCode => resolve({ exitCode, output: Buffer.concat(output).toString() }))
    })
  const made = await sh(demo, base)
  if (made.exitCode !== 0) throw new Error(`the demo hub was not made: ${made.output}`)
  return {
    async forPage(page) {
      const folder = join(top, page.replaceAll('/', '-'))
      await cp(base, folder, { recursive: true })
      return folder
    },
    sh,
    anonymous: output => output.replaceAll(new RegExp(`${top}/[^/\\s"]+`, 'g'), '/data'),
  }
}
