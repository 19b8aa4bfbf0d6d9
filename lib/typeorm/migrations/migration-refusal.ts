/** A database that a migration must not change as it is; the message says what to do, and quotes nothing that is stored. */
export class MigrationRefusal extends Error {}
