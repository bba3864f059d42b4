import { dictionary } from '../../words/dictionary.ts';

export const grantWords = dictionary(
  {
    title: 'Grants',
    none: 'No licence has granted this host anything or refused it. Its agent asks for a grant, with sextant agent run --licence and the licence’s identifier; whoever holds the licence knows that.',
    licence: 'Licence',
    more: 'More licences',
    statuses: { valid: 'Granted', suspended: 'Suspended', invalid: 'Revoked' },
    ended: 'Ended',
    until: 'until',
    refused: 'Refused',
    notKept: 'Why is not kept any more. The agent is told when it asks again, and it then stands here.',
    held: {
      host: 'The host is suspended or held for review: that must end first.',
      facility: 'The facility is withdrawn or held for review: ask the licensing authority.',
      device:
        'A device is in maintenance, missing or held for review: its own page says which, and what ends that.',
      review:
        'It was judged anew and would not be granted now. The agent is told why when it asks, and it then stands here.',
      licence: 'Something about the licence or its parties: ask whoever holds the licence.',
    },
  },
  {
    title: '사용권',
    none: '이 호스트에 사용권을 부여하거나 거부한 허가가 없습니다. 에이전트가 sextant agent run --licence와 허가 식별자로 사용권을 요청합니다. 식별자는 허가 보유자가 알고 있습니다.',
    licence: '허가',
    more: '허가 더 보기',
    statuses: { valid: '부여됨', suspended: '정지', invalid: '철회됨' },
    ended: '만료',
    until: '종료',
    refused: '거부됨',
    notKept:
      '이유는 더 이상 보관되지 않습니다. 에이전트가 다시 요청하면 이유를 받고, 그때 여기에 표시됩니다.',
    held: {
      host: '호스트가 정지되었거나 검토를 위해 보류되어 있습니다. 먼저 이것이 끝나야 합니다.',
      facility: '시설이 철회되었거나 검토를 위해 보류되어 있습니다. 허가 당국에 문의하십시오.',
      device:
        '장치가 정비 중이거나 확인되지 않거나 검토를 위해 보류되어 있습니다. 장치 페이지에 어느 것인지와 해결 방법이 있습니다.',
      review:
        '다시 판정한 결과 지금은 부여되지 않습니다. 에이전트가 요청하면 이유를 받고, 그때 여기에 표시됩니다.',
      licence: '허가나 그 당사자에 관한 것입니다. 허가 보유자에게 문의하십시오.',
    },
  },
);
