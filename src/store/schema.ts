import type { SummaryTables } from './attestation/summary-tables.ts';
import type { AttestationTables } from './attestation/tables.ts';
import type { ChallengeTables } from './challenges/tables.ts';
import type { EventTables } from './events/tables.ts';
import type { GrantTables } from './grants/tables.ts';
import type { KeyTables } from './keys/tables.ts';
import type { LedgerTables } from './ledger/tables.ts';
import type { LocationTables } from './location/tables.ts';
import type { LogTables } from './log/tables.ts';
import type { ManifestTables } from './manifests/tables.ts';
import type { OnceTables } from './once/tables.ts';
import type { RegistryTables } from './registry/tables.ts';
import type { RetentionTables } from './retention/tables.ts';
import type { SignInTables } from './sign-in/tables.ts';

/** Every table, by name. Each area of the service keeps its tables' types beside its statements and joins them here. */
export interface Schema
  extends AttestationTables,
    ChallengeTables,
    EventTables,
    GrantTables,
    KeyTables,
    LedgerTables,
    LocationTables,
    LogTables,
    ManifestTables,
    OnceTables,
    RegistryTables,
    RetentionTables,
    SignInTables,
    SummaryTables {}
