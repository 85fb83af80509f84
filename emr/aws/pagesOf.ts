import { type AskOptions, askEmr } from './askEmr.ts'

type Call = Parameters<Parameters<typeof askEmr>[1]>[0]

/** Where the next page of a listing begins; without one, the first. */
interface Place {
  readonly Marker?: string | undefined
}

/** One page of a listing after the other, each asked for when it is wanted. Throws what `askEmr` does. */
export async function* pagesOf<Page extends Place>(
  asked: AskOptions,
  ask: (place: { readonly Marker: string | undefined }, call: Call) => Promise<Page>,
): AsyncGenerator<Page> {
  let Marker: string | undefined
  do {
    const page = await askEmr(asked, call => ask({ Marker }, call))
    yield page
    Marker = page.Marker
    // EMR ends some listings with an empty one.
  } while (Marker !== undefined && Marker !== '')
}
