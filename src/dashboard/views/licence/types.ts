import type { Answer } from '../../api/call.ts';

/** As the interface answers them. */
export type Licence = Answer<'getLicence'>;
export type Conditions = Licence['conditions'];
export type LicenceStatus = Answer<'getLicenceStatus'>;
export type Account = Answer<'listAccounts'>['items'][number];
