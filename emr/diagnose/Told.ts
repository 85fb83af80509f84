/** What `DescribeCluster` answers, as far as it matters: an answer of the AWS SDK fits. */
export interface ToldCluster {
  readonly Id?: string | undefined
  /** Without one EMR keeps no logs. */
  readonly LogUri?: string | undefined
  readonly Status?:
    | {
        readonly State?: string | undefined
        readonly StateChangeReason?:
          | { readonly Code?: string | undefined; readonly Message?: string | undefined }
          | undefined
        readonly ErrorDetails?:
          | readonly {
              readonly ErrorCode?: string | undefined
              readonly ErrorData?: readonly Readonly<Record<string, string>>[] | undefined
              readonly ErrorMessage?: string | undefined
            }[]
          | undefined
        readonly Timeline?: { readonly EndDateTime?: Date | undefined } | undefined
      }
    | undefined
}

/** What `DescribeStep` or `ListSteps` answers of a step. */
export interface ToldStep {
  readonly Id?: string | undefined
  readonly Name?: string | undefined
  readonly Status?:
    | {
        readonly State?: string | undefined
        readonly FailureDetails?:
          | {
              readonly Reason?: string | undefined
              readonly Message?: string | undefined
              readonly LogFile?: string | undefined
            }
          | undefined
        readonly Timeline?: { readonly EndDateTime?: Date | undefined } | undefined
      }
    | undefined
  /** Its YARN applications, where they are known; else the step's logs are searched for them. */
  readonly applicationIds?: readonly string[] | undefined
}
