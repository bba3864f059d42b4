/** What signs with keys that rotate. */
export const KEY_PURPOSES = ['ear', 'permit', 'grant', 'status', 'report', 'disclosure'] as const;
export type KeyPurpose = (typeof KEY_PURPOSES)[number];
