/** What a parameter of a sweep can be set to. */
export type ParameterValue = string | number | boolean;

/** The parameters that tell one trial from another: configuration paths and their values. */
export type TrialParameters = Readonly<Record<string, ParameterValue>>;

/** One parameter and the values that are tried. */
export interface SweepAxis {
  /** The path of the parameter in the configuration, such as `positions.takeProfitCents`. */
  readonly path: string;
  /** What it is set to, distinct, at least one, in the order of the grid file. */
  readonly values: readonly ParameterValue[];
}

/** The parameters of a sweep; every combination of their values is a trial. */
export interface SweepGrid {
  /** In the order of the grid file. */
  readonly axes: readonly SweepAxis[];
}

/** How many trials the grid has; inexact from 2^53 on. A grid without axes has one. */
export function trialCount({ axes }: SweepGrid): number {
  return axes.reduce((product, { values }) => product * values.length, 1);
}

/**
 * Every combination, as an odometer counts: the last axis changes fastest. The place in the list is
 * the trial's number less one.
 */
export function trialParameters({ axes }: SweepGrid): TrialParameters[] {
  let trials: TrialParameters[] = [{}];
  for (const { path, values } of axes) {
    trials = trials.flatMap((trial) => values.map((value) => ({ ...trial, [path]: value })));
  }
  return trials;
}
