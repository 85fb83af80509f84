import cliProgress from 'cli-progress'
import type { Progress } from '../engines/Engine.ts'

/** The person at the other end: notices and progress on stderr, and their wish to stop. */
export interface Terminal {
  readonly signal: AbortSignal
  /** One line for people, unless --quiet. */
  note(line: string): void
  progress(progress: Progress): void
}

export function openTerminal(options: {
  readonly quiet: boolean
  readonly signal: AbortSignal
}): Terminal & Disposable {
  const { quiet, signal } = options
  const showsBars = !quiet && process.stderr.isTTY === true
  let bar:
    | { readonly stage: string; readonly line: cliProgress.SingleBar; readonly started: number }
    | undefined
  const endBar = () => {
    bar?.line.stop()
    bar = undefined
  }
  return {
    signal,
    note(line) {
      if (quiet) return
      endBar()
      process.stderr.write(`${line}\n`)
    },
    progress({ stage, rowsDone, rowsTotal, rowsResumed }) {
      if (!showsBars || rowsTotal === 0) return
      if (bar?.stage !== stage) {
        endBar()
        const line = new cliProgress.SingleBar(
          {
            format: `${stage.padEnd(10)} {bar} {percentage}% · {value}/{total} · {rate} images/s · {left} left`,
            barsize: 28,
            hideCursor: true,
            stream: process.stderr,
          },
          cliProgress.Presets.rect,
        )
        line.start(rowsTotal, rowsDone, { rate: '–', left: '–' })
        bar = { stage, line, started: performance.now() }
      }
      const seconds = (performance.now() - bar.started) / 1000
      const rate = (rowsDone - rowsResumed) / Math.max(seconds, 0.001)
      bar.line.update(rowsDone, {
        rate: rate < 10 ? rate.toFixed(1) : rate.toFixed(0),
        left: rate > 0 ? duration((rowsTotal - rowsDone) / rate) : '–',
      })
      if (rowsDone >= rowsTotal) endBar()
    },
    [Symbol.dispose]: endBar,
  }
}

/** Seconds as people say them: 0.4s, 42s, 3m 10s, 2h 5m. */
export function duration(seconds: number): string {
  if (seconds < 0.05) return '0s'
  if (seconds < 0.95) return `${seconds.toFixed(1)}s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole}s`
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${whole % 60}s`
  return `${Math.floor(whole / 3600)}h ${Math.floor((whole % 3600) / 60)}m`
}
