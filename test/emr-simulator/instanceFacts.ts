import { randomBytes } from 'node:crypto'
import type { InstanceFleetConfig, InstanceFleetType, MarketType, RunJobFlowInput } from '@aws-sdk/client-emr'
import { newId } from './newId.ts'

/** A machine of a cluster, as it was asked for. */
export interface InstanceFact {
  /** `ci-...` */
  readonly id: string
  /** `i-...` */
  readonly ec2Id: string
  readonly role: InstanceFleetType
  readonly market: MarketType
  readonly type: string
  /** Of its fleet, or its group where there are none. */
  readonly collectionId: string
  readonly ofFleet: boolean
}

/** The machines that a request asks for: of each fleet the first type, in the two markets. */
export function instanceFacts({ Instances = {} }: RunJobFlowInput): InstanceFact[] {
  const machine = (fact: Omit<InstanceFact, 'id' | 'ec2Id'>): InstanceFact => ({
    id: newId('ci'),
    ec2Id: `i-${randomBytes(8).toString('hex')}0`,
    ...fact,
  })
  const fleets = (Instances.InstanceFleets ?? []).flatMap(fleet => {
    const collectionId = newId('if')
    return (['ON_DEMAND', 'SPOT'] as const).flatMap(market =>
      Array.from({ length: machinesOf(fleet, market) }, () =>
        machine({
          role: fleet.InstanceFleetType ?? 'TASK',
          market,
          type: fleet.InstanceTypeConfigs?.[0]?.InstanceType ?? 'm5.xlarge',
          collectionId,
          ofFleet: true,
        }),
      ),
    )
  })
  const groups = (Instances.InstanceGroups ?? []).flatMap(group => {
    const collectionId = newId('ig')
    return Array.from({ length: group.InstanceCount ?? 0 }, () =>
      machine({
        role: group.InstanceRole ?? 'TASK',
        market: group.Market ?? 'ON_DEMAND',
        type: group.InstanceType ?? 'm5.xlarge',
        collectionId,
        ofFleet: false,
      }),
    )
  })
  return [...fleets, ...groups]
}

function machinesOf(fleet: InstanceFleetConfig, market: MarketType): number {
  const target = market === 'SPOT' ? fleet.TargetSpotCapacity : fleet.TargetOnDemandCapacity
  return Math.ceil((target ?? 0) / (fleet.InstanceTypeConfigs?.[0]?.WeightedCapacity ?? 1))
}
