import { dictionary } from '../../words/dictionary.ts';

export const hostsWords = dictionary(
  {
    title: 'Hosts',
    nothing:
      'No host has enrolled yet, of those that you may see. An operator mints a token for one (sextant host token --facility …), and its agent enrols with it (sextant agent enrol).',
    lead: 'Machines that have enrolled by their hardware, and what their newest evidence proves.',
    hostname: 'Host',
    state: 'State',
    level: 'Level',
    kind: 'Attests by',
    facility: 'Facility',
    tenant: 'Tenant',
    evidence: 'Evidence',
    why: 'Why',
    any: 'Any',
    states: {
      proven: 'Proven',
      'earlier-trust': 'Judged by earlier trust inputs',
      stale: 'Evidence too old',
      refused: 'Refused',
      never: 'Never attested',
      suspended: 'Suspended',
    },
  },
  {
    title: '호스트',
    nothing:
      '볼 수 있는 호스트가 아직 등록되지 않았습니다. 운영자가 토큰을 발급하고(sextant host token --facility …) 에이전트가 그것으로 등록합니다(sextant agent enrol).',
    lead: '하드웨어로 등록된 기계와 그 최신 증거가 증명하는 것입니다.',
    hostname: '호스트',
    state: '상태',
    level: '등급',
    kind: '증명 수단',
    facility: '시설',
    tenant: '기관',
    evidence: '증거',
    why: '이유',
    any: '전체',
    states: {
      proven: '증명됨',
      'earlier-trust': '이전 신뢰 입력으로 판정됨',
      stale: '증거가 오래됨',
      refused: '거부됨',
      never: '증명한 적 없음',
      suspended: '정지됨',
    },
  },
);
