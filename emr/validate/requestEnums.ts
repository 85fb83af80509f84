import * as emr from '@aws-sdk/client-emr'

/** Enumerations of the SDK by the member that takes them: its schemas know only that these are strings. */
export const requestEnums: Readonly<Record<string, readonly string[]>> = {
  ActionOnFailure: Object.values(emr.ActionOnFailure),
  InstanceFleetType: Object.values(emr.InstanceFleetType),
  TimeoutAction: Object.values(emr.SpotProvisioningTimeoutAction),
  AllocationStrategy: [
    ...Object.values(emr.SpotProvisioningAllocationStrategy),
    ...Object.values(emr.OnDemandProvisioningAllocationStrategy),
  ],
  UnitType: Object.values(emr.ComputeLimitsUnitType),
  ScaleDownBehavior: Object.values(emr.ScaleDownBehavior),
  Market: Object.values(emr.MarketType),
  InstanceRole: Object.values(emr.InstanceRoleType),
  RepoUpgradeOnBoot: Object.values(emr.RepoUpgradeOnBoot),
}
