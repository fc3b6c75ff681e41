/* Bytes a second that one thread, or several together, read from memory: the native twin of read-memory.ts.
   Called as: read-memory THREADS BYTES PASSES */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static size_t bytes;
static int passes;
static pthread_barrier_t gate;
static volatile uint64_t sink;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static uint64_t sum(const uint64_t *values) {
  uint64_t total = 0;
  for (size_t i = 0; i < bytes / 8; i++) total += values[i];
  return total;
}

static void *work(void *rate) {
  uint64_t *values = aligned_alloc(64, bytes);
  memset(values, 1, bytes);
  uint64_t total = sum(values);
  pthread_barrier_wait(&gate);
  double started = now();
  for (int i = 0; i < passes; i++) {
    total += sum(values);
    values[0]++; /* so that no pass can be left out */
  }
  *(double *)rate = (double)bytes * passes / (now() - started);
  sink += total;
  free(values);
  return NULL;
}

int main(int count, char **arguments) {
  if (count != 4) return 2;
  int threads = atoi(arguments[1]);
  bytes = strtoull(arguments[2], NULL, 10);
  passes = atoi(arguments[3]);
  pthread_t *ids = calloc((size_t)threads, sizeof *ids);
  double *rates = calloc((size_t)threads, sizeof *rates), all = 0;
  pthread_barrier_init(&gate, NULL, (unsigned)threads);
  for (int i = 0; i < threads; i++) pthread_create(&ids[i], NULL, work, &rates[i]);
  for (int i = 0; i < threads; i++) {
    pthread_join(ids[i], NULL);
    all += rates[i];
  }
  printf("%.0f\n", all);
  return 0;
}
