import { singleStagesOn } from './singleStagesOn.ts'

await singleStagesOn('4.0')
