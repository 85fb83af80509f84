import type { ModelListing } from '../models/modelStores.ts'

/** One line a model. */
export function modelListText(listings: readonly ModelListing[]): string {
  const width = Math.max(...listings.map(({ id }) => id.length))
  return listings
    .map(listing => {
      const about =
        'manifest' in listing
          ? `${listing.manifest.output.dimensions}-d, ${listing.manifest.input.height} x ${listing.manifest.input.width}, ${listing.location}`
          : 'problem' in listing
            ? listing.problem.message
            : `imagehub models pull ${listing.id}`
      return `${listing.id.padEnd(width)}  ${listing.state.padEnd(9)}  ${about}`
    })
    .join('\n')
}
