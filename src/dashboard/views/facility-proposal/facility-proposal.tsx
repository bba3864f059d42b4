import { type FormEvent, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { useChange } from '../../api/change.ts';
import { useAnnounce } from '../../app/announce.tsx';
import { Page } from '../../app/page.tsx';
import { ProblemNote } from '../../parts/state.tsx';
import { toldText } from '../../parts/told-text.ts';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import { BeforeSending } from './before-sending.tsx';
import { NOTHING_DRAWN, readDrawing } from './drawing.ts';
import { DrawingFields } from './drawing-fields.tsx';
import { DrawingMap } from './drawing-map.tsx';
import { WhatFields } from './what-fields.tsx';
import { proposalWords } from './words.ts';
import './facility-proposal.css';

/** A facility is drawn, on the map or in fields alone, judged by the verifier's own rules before it is sent, and proposed. */
export default function FacilityProposal() {
  const words = useWords(proposalWords);
  const { session } = useSession();
  return (
    <Page title={words.title} lead={words.lead}>
      {session.readsOnly ? <p className="note note--warn">{words.readsOnly}</p> : <Proposal />}
    </Page>
  );
}

function Proposal() {
  const words = useWords(proposalWords);
  const announce = useAnnounce();
  const [, navigate] = useLocation();
  const [what, setWhat] = useState({ name: '', country: '', operatorTenant: '' });
  const [drawing, setDrawing] = useState(NOTHING_DRAWN);
  const read = useMemo(() => readDrawing(drawing), [drawing]);
  const told = useRef<HTMLDivElement>(null);
  const change = useChange('proposeFacility', ['facility']);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (change.isPending) return;
    if (read.outline === null || read.faults.length > 0) {
      announce(words.notYet);
      told.current?.focus();
      return;
    }
    const body = { ...what, name: what.name.trim(), area: read.outline };
    void change.mutateAsync({ body }).then(
      ({ id, name }) => {
        announce(words.done(toldText(name)));
        navigate(`/facilities/${encodeURIComponent(id)}`);
      },
      () => undefined, // shown below, and at the fields
    );
  };
  return (
    <form className="proposal" onSubmit={submit}>
      <div className="proposal__fields">
        <WhatFields what={what} onChange={setWhat} error={change.error} />
        <DrawingFields drawing={drawing} read={read} onChange={setDrawing} />
      </div>
      <div className="proposal__fields">
        <DrawingMap drawing={drawing} read={read} country={what.country} onChange={setDrawing} />
        <div ref={told} tabIndex={-1}>
          <BeforeSending read={read} country={what.country} untouched={drawing === NOTHING_DRAWN} />
        </div>
        {change.error !== null && <ProblemNote error={change.error} />}
        {/* Never disabled: a disabled button loses the focus, and says not what is missing. */}
        <button type="submit" className="button button--main" aria-disabled={change.isPending}>
          {words.send}
        </button>
      </div>
    </form>
  );
}
