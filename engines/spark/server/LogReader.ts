import { type FileHandle, open } from 'node:fs/promises'

/** Enough for the lines that say why a server ended. */
const tailBytes = 64 * 1024

/** Reads what is written to a log file from now on. The file stays open: what is read is its own even if it is moved away. */
export class LogReader {
  readonly #file: FileHandle
  readonly #start: number
  #position: number
  #rest = ''

  private constructor(file: FileHandle, start: number) {
    this.#file = file
    this.#start = start
    this.#position = start
  }

  static async open(path: string): Promise<LogReader> {
    const file = await open(path)
    return new LogReader(file, (await file.stat()).size)
  }

  /** Whole lines written since the last call. */
  async news(): Promise<string[]> {
    const { size } = await this.#file.stat()
    const bytes = await this.#read(this.#position, size)
    this.#position += bytes.length
    const lines = (this.#rest + bytes.toString('latin1')).split('\n')
    this.#rest = lines.pop() ?? ''
    return lines
  }

  /** What of the last lines tells how it ended. */
  async tail(): Promise<string> {
    const { size } = await this.#file.stat()
    const bytes = await this.#read(Math.max(this.#start, size - tailBytes), size)
    return tellingLines(bytes.toString('utf8'))
  }

  async #read(from: number, to: number): Promise<Buffer> {
    const { buffer, bytesRead } = await this.#file.read(Buffer.alloc(to - from), 0, to - from, from)
    return buffer.subarray(0, bytesRead)
  }
}

const lineCharacters = 400

/** The last lines of a log that tell of errors, and the very last ones, without stack frames. */
export function tellingLines(text: string): string {
  const lines = text
    .trimEnd()
    .split('\n')
    .filter(line => !/^\s+(at |\.\.\. \d+ more)/.test(line))
  const last = new Set(lines.slice(-8))
  const errors = new Set(lines.filter(line => /ERROR|Exception|Error:|Caused by/.test(line)).slice(-12))
  return lines
    .filter(line => last.has(line) || errors.has(line))
    .map(line => line.slice(0, lineCharacters))
    .join('\n')
}

/** The port in the line that a Connect server logs when it listens. */
export function startedPort(lines: readonly string[]): number | undefined {
  for (const line of lines) {
    const port = /SparkConnectServer: Spark Connect server started at: .*:(\d+)\s*$/.exec(line)?.[1]
    if (port !== undefined) return Number(port)
  }
  return undefined
}
