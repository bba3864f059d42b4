import { Way } from '../app/ways.tsx';
import { Told } from './told.tsx';

/** Where the views of things stand, by kind. */
const FOLDERS: { readonly [kind: string]: string } = {
  challenge: 'challenges',
  decision: 'decisions',
  device: 'devices',
  facility: 'facilities',
  host: 'hosts',
  incident: 'incidents',
  leaf: 'log',
  licence: 'licences',
  party: 'parties',
  session: 'appraisals',
};

export type SubjectLinkProps = {
  /** `<kind>:<id>`, as reasons, holds and events name what they are about. */
  readonly subject: string;
  /** The identifier alone, where its kind is plain from where it stands. */
  readonly bare?: boolean;
};

/** What something is about: a link where there is a view of it that the person may open, and its name everywhere. */
export function SubjectLink({ subject, bare = false }: SubjectLinkProps) {
  const colon = subject.indexOf(':');
  const [kind, id] = [subject.slice(0, colon), subject.slice(colon + 1)];
  const folder = Object.hasOwn(FOLDERS, kind) ? FOLDERS[kind] : undefined;
  const name = <Told text={bare ? id : subject} mono />;
  if (folder === undefined || id === '') return name;
  return <Way to={`/${folder}/${encodeURIComponent(id)}`}>{name}</Way>;
}
