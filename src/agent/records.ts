import { z } from 'zod';
import { instant } from '../protocol/encoding.ts';
import { EVIDENCE_KINDS } from './attester.ts';
import { type DataFolder, readRecord } from './folder.ts';
import type { AgentState } from './loop.ts';

const HOST_FILE = 'host.json';
const STATE_FILE = 'state.json';

const hostRecord = z.strictObject({
  verifier: z.string(),
  hostId: z.string(),
  enrolledAt: instant,
  /** By what it enrolled; absent where that was before there was anything but TPMs. */
  evidence: z.enum(EVIDENCE_KINDS).optional(),
});

/** Where this host is enrolled, and as what. */
export type HostRecord = z.infer<typeof hostRecord>;

/** Null where it never was. @throws AgentError `data_unreadable` */
export function readHostRecord(folder: DataFolder): HostRecord | null {
  return readRecord(folder, HOST_FILE, hostRecord);
}

export function writeHostRecord(folder: DataFolder, record: HostRecord): void {
  folder.write(HOST_FILE, JSON.stringify(record));
}

/** The agent's last state as JSON, for whoever watches the host: the fields of `AgentState`, instants as text. */
export function writeState(folder: DataFolder, state: AgentState): void {
  folder.write(STATE_FILE, JSON.stringify(state));
}
