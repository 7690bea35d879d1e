// What the rivals share: their arguments, the bytes that they write, the clock and the one number they print.
// Every rival stops with exit code 1 and one line on stderr as soon as any call fails, 64 when called wrongly.
#pragma once

#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static inline _Noreturn void fail(const char *doing, const char *cause) {
    fprintf(stderr, "rival: %s: %s\n", doing, cause);
    exit(1);
}

static inline _Noreturn void fail_usage(const char *usage) {
    fprintf(stderr, "usage: %s\n", usage);
    exit(64);
}

static inline uint64_t parse_count(const char *text, const char *name) {
    char *end = NULL;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value == 0 || text[0] == '-') {
        fprintf(stderr, "rival: %s must be a whole number above 0, not '%s'\n", name, text);
        exit(64);
    }
    return value;
}

static inline double now_seconds(void) {
    struct timespec t;
    if (clock_gettime(CLOCK_MONOTONIC, &t) != 0) fail("reading the clock", strerror(errno));
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

// Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators (SplitMix64), the mixing step alone.
static inline uint64_t mix(uint64_t x) {
    x += 0x9e3779b97f4a7c15;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

// The record that is written again and again, its first 8 bytes holding the position (little-endian).
struct record {
    unsigned char *bytes;
    size_t size;
};

// "250" makes 250 bytes of noise; "@FILE" takes the bytes of a file, so that a rival can write just what we write.
static inline struct record make_record(const char *argument) {
    struct record record = {0};
    FILE *file = NULL;
    if (argument[0] == '@') {
        file = fopen(argument + 1, "rb");
        if (file == NULL) fail(argument + 1, strerror(errno));
        if (fseek(file, 0, SEEK_END) != 0) fail(argument + 1, strerror(errno));
        long size = ftell(file);
        if (size < 0 || fseek(file, 0, SEEK_SET) != 0) fail(argument + 1, strerror(errno));
        record.size = (size_t)size;
    } else {
        record.size = parse_count(argument, "record bytes");
    }
    if (record.size < 8) fail("making the record", "it needs at least 8 bytes, for the position");
    record.bytes = malloc(record.size);
    if (record.bytes == NULL) fail("making the record", "out of memory");
    if (file != NULL) {
        if (fread(record.bytes, 1, record.size, file) != record.size) fail(argument + 1, "short read");
        if (fclose(file) != 0) fail(argument + 1, strerror(errno));
    } else {
        for (size_t i = 0; i < record.size; i++) record.bytes[i] = (unsigned char)mix(i);
    }
    return record;
}

static inline void stamp(struct record record, uint64_t position) {
    memcpy(record.bytes, &position, sizeof position);
}

static inline void print_rate(uint64_t count, double seconds) {
    printf("%.0f\n", (double)count / seconds);
    if (fflush(stdout) != 0) fail("writing the figure", strerror(errno));
}
