/** How the decorators of a DTO class are followed. */
export interface DtoOptions {
  /** The groups in force: rules without a group always count, those of other groups don't. Default: all rules count. */
  readonly groups?: readonly string[];
  /** Fields of any JSON, which is checked elsewhere and kept from class-transformer. */
  readonly freeForm?: readonly string[];
}
