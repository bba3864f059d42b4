import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import { followEvents, type Liveness } from '../api/live.ts';
import { Loading } from '../parts/state.tsx';
import { useSession } from '../session/gate.tsx';
import { VIEWS } from '../views/index.ts';
import { useWords } from '../words/language.tsx';
import { shellWords } from '../words/shell.ts';
import { tellListeners } from './events.ts';
import { Header } from './header.tsx';
import { Navigation } from './navigation.tsx';
import { NotFound } from './not-found.tsx';
import { WaysProvider } from './ways.tsx';

/** Each view with its component, whose chunk is loaded when it is first shown. */
const SHOWN = VIEWS.map((view) => ({ view, Component: lazy(view.load) }));

/** The frame around every view: landmarks, header, navigation, and the one stream of events. */
export function Shell() {
  const words = useWords(shellWords);
  const { may } = useSession();
  const liveness = useEvents();
  const [location] = useLocation();
  const offered = SHOWN.filter(({ view }) => may(...view.scopes));
  return (
    <WaysProvider views={offered.map(({ view }) => view)}>
      <div className="shell">
        <a className="skip" href="#content">
          {words.skip}
        </a>
        <Header liveness={liveness} />
        <Navigation />
        <main id="content" className="content" tabIndex={-1}>
          <Suspense fallback={<Loading />}>
            <Switch>
              {offered.map(({ view, Component }) => (
                <Route key={view.path} path={view.path}>
                  {/* Another address is another page, also of the same view: it begins anew, with its heading focused. */}
                  <Component key={location} />
                </Route>
              ))}
              <Route>
                <NotFound />
              </Route>
            </Switch>
          </Suspense>
        </main>
      </div>
    </WaysProvider>
  );
}

/** Follows the verifier's events while somebody is signed in who may hear of any. */
function useEvents(): Liveness {
  const queries = useQueryClient();
  const { session, may } = useSession();
  const [liveness, setLiveness] = useState<Liveness>('connecting');
  const hears = may('events:read');
  // A session that was opened anew follows anew.
  const of = session.expiresAt;
  useEffect(() => {
    if (!hears || of === '') return;
    return followEvents({ queries, tell: tellListeners, onLiveness: setLiveness });
  }, [queries, hears, of]);
  return liveness;
}
