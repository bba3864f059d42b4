import { useParams } from 'wouter';
import type { Item } from '../../api/read.ts';
import { useAll } from '../../api/read-all.ts';
import { Page } from '../../app/page.tsx';
import { Instant } from '../../parts/instant.tsx';
import { Fact, Facts, Panel } from '../../parts/panel.tsx';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { Empty, Shown } from '../../parts/state.tsx';
import { SubjectLink } from '../../parts/subject-link.tsx';
import { Told } from '../../parts/told.tsx';
import { toldText } from '../../parts/told-text.ts';
import { Who } from '../../parts/who.tsx';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import { shellWords } from '../../words/shell.ts';
import { MintToken } from './mint-token.tsx';
import { PersonState } from './people.tsx';
import { Tokens } from './tokens.tsx';
import { peopleWords } from './words.ts';

type Person = Item<'listPrincipals'>;

/** Somebody who may hold tokens: which they hold, how each is bound, and what ends them. */
export default function PersonPage() {
  const { principalId = '' } = useParams();
  const words = useWords(peopleWords);
  const { session, may } = useSession();
  const read = useAll('listPrincipals', {}, { live: ['principal'] });
  const person = read.data?.find(({ id }) => id === principalId);
  const title = person?.name ?? principalId;
  const mayMint = person?.disabledAt === null && may('tokens:write') && !session.readsOnly;
  return (
    <Page
      title={toldText(title)}
      heading={
        <span className="titled">
          <Told text={title} /> {person !== undefined && <PersonState {...person} />}
        </span>
      }
      lead={words.oneLead}
      actions={person !== undefined && <Disable person={person} />}
    >
      <Shown read={{ ...read, data: read.data && { person } }}>
        {(found) =>
          found.person === undefined ? (
            <Empty>{words.notThere}</Empty>
          ) : (
            <div className="stack">
              <About person={found.person} />
              {mayMint && <MintToken principalId={principalId} />}
              {may('tokens:read') && <Tokens principalId={principalId} />}
            </div>
          )
        }
      </Shown>
    </Page>
  );
}

function About({ person }: { readonly person: Person }) {
  const words = useWords(peopleWords);
  const { roles } = useWords(shellWords);
  return (
    <Panel title={words.about}>
      <Facts>
        <Fact name={words.columns.id}>
          <Who id={person.id} />
        </Fact>
        <Fact name={words.columns.role}>{roles[person.role]}</Fact>
        <Fact name={words.columns.tenant}>
          <Told text={person.tenant} />
        </Fact>
        <Fact name={words.party}>
          {person.partyId === null ? words.noParty : <SubjectLink subject={`party:${person.partyId}`} bare />}
        </Fact>
        <Fact name={words.columns.createdAt}>
          <Instant at={person.createdAt} />
        </Fact>
        <Fact name={words.createdBy}>
          <Who id={person.createdBy} />
        </Fact>
        {person.disabledAt !== null && (
          <Fact name={words.disabled}>
            <Instant at={person.disabledAt} />
          </Fact>
        )}
      </Facts>
    </Panel>
  );
}

function Disable({ person: { id, disabledAt } }: { readonly person: Person }) {
  const words = useWords(peopleWords);
  const { session, may } = useSession();
  const isOwn = id === session.principal.id; // whoever ends themselves cannot come back
  if (disabledAt !== null || isOwn || session.readsOnly || !may('principals:write')) return null;
  return (
    <ReasonDialog
      operation="disablePrincipal"
      label={words.disable}
      explanation={words.disableWhat}
      field={null}
      asked={() => ({ params: { principalId: id } })}
      touches={['principal']}
      done={words.disabledDone}
      grave
    />
  );
}
