import { systemContext } from '../../core/tools/context.ts';
import { examineTools, type ToolReport } from '../../core/tools/doctor.ts';
import { loadChartFont } from '../../reporters/charts/chart-font.ts';
import { KnownError } from '../../core/errors.ts';

/** `lagline doctor`: 0 when everything that is required is there or can be installed, else 2. */
export const doctorCommand = async ({ json }: { readonly json?: boolean }): Promise<number> => {
  const tools = await examineTools(systemContext());
  const font = examineFont();
  if (json) process.stdout.write(`${JSON.stringify({ tools, font }, null, 2)}\n`);
  else process.stdout.write(`${[...tools.map(toolLine), fontLine(font)].join('\n')}\n`);
  return tools.some(
    ({ required, status, tool }) => required && status !== 'ok' && !isInstallable(tool, tools),
  ) || font.status !== 'ok'
    ? 2
    : 0;
};

/** k6 and Kafka come by themselves where Go or Maven is there. */
const isInstallable = (tool: ToolReport['tool'], tools: readonly ToolReport[]): boolean => {
  const isOk = (name: ToolReport['tool']): boolean =>
    tools.some((report) => report.tool === name && report.status === 'ok');
  return (tool === 'k6' && isOk('go')) || (tool === 'kafka' && isOk('maven'));
};

const toolLine = ({ tool, status, required, version, origin, path, remedy }: ToolReport): string => {
  const mark = status === 'ok' ? '✓' : required ? '✗' : '-';
  const found =
    status === 'ok'
      ? `${version ?? ''} (${[origin, path].filter(Boolean).join(': ')})`
      : `${status}${version === undefined ? '' : ` ${version}`}`;
  return `${mark} ${tool.padEnd(11)} ${found}${remedy === undefined ? '' : `\n    → ${remedy}`}`;
};

type FontReport = { readonly status: 'ok' | 'missing'; readonly remedy?: string };

const examineFont = (): FontReport => {
  try {
    loadChartFont();
    return { status: 'ok' };
  } catch (error) {
    if (!(error instanceof KnownError)) throw error;
    return { status: 'missing', remedy: error.remedy ?? error.message };
  }
};

const fontLine = ({ status, remedy }: FontReport): string =>
  status === 'ok' ? '✓ korean font draws Hangul' : `✗ korean font missing\n    → ${remedy ?? ''}`;
