import type { Tags } from '../catalog.ts';
import { shown, type FactReader } from '../fact-reader.ts';
import { joinTagged, type Tagged } from '../tagged.ts';
import { drainStartOf } from '../drain-start.ts';
import { koDrainStart } from './drain-start.ts';
import { koFormats as format } from './formats.ts';
import { criterion, missing, reasonText } from './row-parts.ts';

/** How long consuming took, however it ended, and the limit that judged it. */
export const koConsume = (facts: FactReader, tags: Tags): string => {
  const judgedBy: readonly Tagged[] = [
    [
      criterion(facts) ??
        shown(facts.number('defaultLimit'), (most) => `기본 기준 발행 시간의 ${format.number(most)}배 이하`),
    ],
    [reasonText(facts)],
  ];
  const whole: Tagged = [
    shown(facts.number('consumeDurationMs'), (ms) => `전체 소비에 ${format.duration(ms)} 소요`),
    tags.main,
  ];
  const start = koDrainStart[drainStartOf(facts)];
  switch (facts.id('state')) {
    case 'no-backlog':
      return joinTagged([whole, [`${start} 시점에 적체 없음`], ...judgedBy]);
    case 'drained':
      return joinTagged([
        whole,
        [
          shown(facts.number('drainMs'), (ms) => `${start} 후 ${format.duration(ms)} 만에 랙 해소`) ??
            '랙 해소됨',
          facts.number('drainMs') === undefined ? undefined : tags.computed,
        ],
        [shown(facts.number('ratio'), (value) => `발행 시간의 ${format.number(value)}배`), tags.computed],
        ...judgedBy,
      ]);
    case 'timed-out':
      return joinTagged([
        ['관측 종료 시점까지 소비 미완료'],
        [shown(facts.number('finalLagMessages'), (value) => `남은 랙 ${format.messages(value)}`), tags.lag],
        [
          shown(
            facts.number('consumeDurationLowMs') ?? facts.number('lowMs'),
            (ms) => `전체 소비에 ${format.duration(ms)} 이상`,
          ),
          tags.main,
        ],
        [
          shown(
            facts.number('consumeDurationEstimateMs') ?? facts.number('estimateMs'),
            (ms) => `예상 ${format.duration(ms)}`,
          ),
          tags.estimated,
        ],
        ...judgedBy,
      ]);
    default:
      return joinTagged([[missing(facts, '소비 완료 시각')], [criterion(facts)]]);
  }
};

/** From produced to committed; only a lower bound where messages were still waiting. */
export const koCompletion = (facts: FactReader, tags: Tags): string => {
  const waiting = facts.number('waiting');
  if (facts.number('p95Ms') === undefined && !waiting) return missing(facts, '발행부터 소비까지의 시간');
  return joinTagged([
    [
      shown(facts.number('p95Ms'), (ms) => `p95 ${format.duration(ms)}`) ??
        shown(facts.number('p95LowMs'), (ms) => `p95 ${format.duration(ms)} 이상`),
      tags.main,
    ],
    [shown(facts.number('maxMs'), (ms) => `최대 ${format.duration(ms)}`), tags.main],
    [
      waiting === undefined || waiting === 0
        ? undefined
        : `관측 종료 시점에 대기 ${format.messages(waiting)}`,
      tags.computed,
    ],
    [
      criterion(facts) ??
        shown(facts.number('defaultLimitMs'), (most) => `기본 기준 p95 ${format.duration(most)} 이하`),
    ],
    [reasonText(facts)],
  ]);
};
