import { singleStagesOn } from './singleStagesOn.ts'

await singleStagesOn('3.5')
