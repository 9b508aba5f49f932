import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

const metrics = new Metrics();

/** Counts something that an alarm or a dashboard watches; written as one embedded-metric line. */
export const count = (name: string, value = 1): void => {
  metrics.singleMetric().addMetric(name, MetricUnit.Count, value);
};
