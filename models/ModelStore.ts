import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { HubError, toError, userError } from '../base/HubError.ts'
import type { Storage } from '../storage/Storage.ts'
import { hashFile } from './hashFile.ts'
import { type ModelManifest, modelIdPattern, modelManifest } from './ModelManifest.ts'

export interface StoredModel {
  readonly manifest: ModelManifest
  /** Local path of the ONNX file; of a copy where the storage is remote. */
  readonly path: string
}

/** What `list` finds below an id: a model, or what is wrong with its manifest. */
export type ListedModel =
  | { readonly id: string; readonly manifest: ModelManifest }
  | { readonly id: string; readonly problem: HubError }

export interface AddModelOptions {
  /** All but what the store finds out itself. */
  readonly model: Omit<ModelManifest, 'sha256' | 'bytes' | 'created_at'>
  /** The ONNX file: taken over by link or copy. */
  readonly path: string
  /** Put it in the place of another model with this id. @default false */
  readonly replace?: boolean
}

const maxManifestBytes = 1 << 20

/**
 * Models in a storage: `<prefix><id>/manifest.json` beside the ONNX file it speaks of. The file's name holds the start of its hash, and
 * the manifest is written last: a reader sees the old model or the new one, whole, also while two writers replace it.
 */
export class ModelStore {
  readonly #storage: Storage
  readonly #prefix: string

  /** @param prefix of all keys, empty or with a slash at its end, such as `models/` in a hub */
  constructor(storage: Storage, prefix = '') {
    this.#storage = storage
    this.#prefix = prefix
  }

  /** Where the models are, for messages. */
  get location(): string {
    return this.#prefix === '' ? this.#storage.root : `${this.#storage.root}/${this.#prefix.slice(0, -1)}`
  }

  /** All models, by id; an id with a damaged manifest is listed with the problem. */
  async list(): Promise<ListedModel[]> {
    const ids = await this.#ids()
    const listed = await Promise.all(
      ids.map(async (id): Promise<ListedModel | null> => {
        try {
          const manifest = await this.find(id)
          return manifest && { id, manifest }
        } catch (error) {
          if (error instanceof HubError && error.code === 'damaged_manifest') return { id, problem: error }
          throw error
        }
      }),
    )
    return listed.filter(model => model !== null)
  }

  /**
   * The manifest of a model, or null where there is none.
   * @throws HubError `bad_model_id`, `damaged_manifest`
   */
  async find(id: string): Promise<ModelManifest | null> {
    const key = this.#manifestKey(id)
    const bytes = await this.#storage.read(key, { maxBytes: maxManifestBytes }).catch((error: unknown) => {
      if (error instanceof HubError && error.code === 'not_found') return null
      throw error
    })
    if (bytes === null) return null
    try {
      const manifest = modelManifest.parse(JSON.parse(new TextDecoder().decode(bytes)))
      if (manifest.id !== id) throw new Error(`it speaks of ${manifest.id}`)
      return manifest
    } catch (error) {
      throw userError(
        'damaged_manifest',
        `the manifest ${this.#storage.uri(key)} is damaged: ${toError(error).message}`,
        'import or pull the model again, with --replace',
        error,
      )
    }
  }

  /**
   * A model and the path of its file.
   * @throws HubError `unknown_model` where there is none, `model_damaged` where its file is gone or has another size
   */
  async get(id: string): Promise<StoredModel> {
    const manifest = await this.find(id)
    if (manifest === null) throw userError('unknown_model', `there is no model ${id} in ${this.location}`)
    const key = this.#modelKey(manifest)
    const info = await this.#storage.stat(key)
    if (info?.bytes !== manifest.bytes) {
      throw damaged(
        id,
        info === null ? 'its file is gone' : `its file has ${info.bytes} bytes, not ${manifest.bytes}`,
      )
    }
    return { manifest, path: await this.#storage.localPath(key) }
  }

  /**
   * Adds a model; one that is there already, the same in content, is left as it is.
   * @throws HubError `model_exists` where the id stands for another model
   */
  async add({ model, path, replace = false }: AddModelOptions): Promise<ModelManifest> {
    const manifest = modelManifest.parse({
      ...model,
      ...(await hashFile(path)),
      created_at: new Date().toISOString(),
    } satisfies ModelManifest)
    const existing = replace ? await this.#findUndamaged(model.id) : await this.find(model.id)
    if (existing !== null && sameModel(existing, manifest) && (await this.#isWhole(existing))) return existing
    if (existing !== null && !sameModel(existing, manifest) && !replace) throw exists(existing, manifest)

    await this.#storage.putFile(this.#modelKey(manifest), path)
    const key = this.#manifestKey(model.id)
    const json = `${JSON.stringify(manifest, null, 2)}\n`
    if (replace || existing !== null) await this.#storage.write(key, json)
    else if (!(await this.#storage.create(key, json))) {
      const winner = await this.find(model.id)
      if (winner !== null && !sameModel(winner, manifest)) {
        if (winner.sha256 !== manifest.sha256) await this.#storage.remove(this.#modelKey(manifest))
        throw exists(winner, manifest)
      }
    }
    if (existing !== null && existing.sha256 !== manifest.sha256) {
      await this.#storage.remove(this.#modelKey(existing))
    }
    return manifest
  }

  /**
   * Reads a model's file again and compares size and hash.
   * @throws HubError `model_damaged` where they differ from the manifest
   */
  async verify(id: string): Promise<ModelManifest> {
    const { manifest } = await this.get(id)
    const hash = createHash('sha256')
    for await (const chunk of await this.#storage.openRead(this.#modelKey(manifest))) hash.update(chunk)
    const sha256 = hash.digest('hex')
    if (sha256 !== manifest.sha256)
      throw damaged(id, `its file has SHA-256 ${sha256}, not ${manifest.sha256}`)
    return manifest
  }

  /** Removes a model, the manifest first; false where there is none. */
  async remove(id: string): Promise<boolean> {
    const manifest = await this.#findUndamaged(id)
    const key = this.#manifestKey(id)
    const existed = (await this.#storage.stat(key)) !== null
    await this.#storage.remove(key)
    if (manifest !== null) await this.#storage.remove(this.#modelKey(manifest))
    return existed
  }

  async #ids(): Promise<string[]> {
    const ids: string[] = []
    try {
      for await (const { key } of this.#storage.list({ prefix: this.#prefix })) {
        const [id = '', name, ...rest] = key.slice(this.#prefix.length).split('/')
        if (name === 'manifest.json' && rest.length === 0 && modelIdPattern.test(id)) ids.push(id)
      }
    } catch (error) {
      // A folder that nothing was put into yet.
      if (!(error instanceof HubError) || error.code !== 'not_found') throw error
    }
    return ids.sort()
  }

  async #findUndamaged(id: string): Promise<ModelManifest | null> {
    try {
      return await this.find(id)
    } catch (error) {
      if (error instanceof HubError && error.code === 'damaged_manifest') return null
      throw error
    }
  }

  async #isWhole(manifest: ModelManifest): Promise<boolean> {
    return (await this.#storage.stat(this.#modelKey(manifest)))?.bytes === manifest.bytes
  }

  #manifestKey(id: string): string {
    checkModelId(id)
    return `${this.#prefix}${id}/manifest.json`
  }

  #modelKey({ id, sha256 }: ModelManifest): string {
    return `${this.#prefix}${id}/model-${sha256.slice(0, 12)}.onnx`
  }
}

/** @throws HubError `bad_model_id` */
export function checkModelId(id: string): void {
  if (modelIdPattern.test(id)) return
  throw userError(
    'bad_model_id',
    `${JSON.stringify(id.slice(0, 100))} cannot be the id of a model`,
    'an id has 1 to 64 lower-case letters, digits, dots, hyphens and underscores, and starts and ends with a letter or digit',
  )
}

/** Same bytes and same reading of them; where it came from and when may differ. */
function sameModel(a: ModelManifest, b: ModelManifest): boolean {
  return (
    a.sha256 === b.sha256 && isDeepStrictEqual([a.input, a.output, a.resize], [b.input, b.output, b.resize])
  )
}

function exists(existing: ModelManifest, added: ModelManifest): HubError {
  const difference =
    existing.sha256 === added.sha256
      ? 'with another input or output'
      : `SHA-256 ${existing.sha256.slice(0, 12)}..., the new one ${added.sha256.slice(0, 12)}...`
  return userError(
    'model_exists',
    `the id ${added.id} stands for another model (${difference})`,
    'choose another id, or replace it with --replace: embeddings made with the old one do not fit the new one',
  )
}

function damaged(id: string, reason: string): HubError {
  return userError(
    'model_damaged',
    `model ${id} is damaged: ${reason}`,
    'import or pull it again, with --replace',
  )
}
