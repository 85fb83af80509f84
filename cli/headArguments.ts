export const headOptions = {
  head: {
    type: 'string',
    demandOption: true,
    describe: 'name (its newest) or id of the head',
    requiresArg: true,
  },
} as const
