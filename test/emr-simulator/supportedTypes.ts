import type { SupportedInstanceType } from '@aws-sdk/client-emr'

const type = (
  Type: string,
  VCPU: number,
  MemoryGB: number,
  Architecture = 'x86_64',
): SupportedInstanceType => ({
  Type,
  VCPU,
  MemoryGB,
  StorageGB: 0,
  Is64BitsOnly: true,
  InstanceFamilyId: Type.slice(0, Type.indexOf('.')),
  EbsOptimizedAvailable: true,
  EbsOptimizedByDefault: true,
  NumberOfDisks: 0,
  EbsStorageOnly: true,
  Architecture,
})

/** A few of what ListSupportedInstanceTypes tells of a release. */
export const supportedTypes: readonly SupportedInstanceType[] = [
  type('m5.xlarge', 4, 16),
  type('m5.2xlarge', 8, 32),
  type('m5.4xlarge', 16, 64),
  type('m6i.xlarge', 4, 16),
  type('m6i.2xlarge', 8, 32),
  type('m6g.xlarge', 4, 16, 'arm64'),
  type('r5.2xlarge', 8, 64),
  type('g4dn.xlarge', 4, 16),
  type('g4dn.2xlarge', 8, 32),
  type('g5.xlarge', 4, 16),
  type('g5.2xlarge', 8, 32),
  type('g6.xlarge', 4, 16),
  type('g6.2xlarge', 8, 32),
]
