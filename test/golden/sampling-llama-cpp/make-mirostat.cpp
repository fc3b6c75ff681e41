// Makes mirostat.json: texts of random logits, and for each token what llama.cpp's (0c1e570) mirostat keeps and draws.
//
// c++ -std=c++17 -O1 -I$L/include -I$L/src -I$L/ggml/include make-mirostat.cpp $L/build/src/libllama.a \
//   $L/build/ggml/src/libggml.a $L/build/ggml/src/libggml-cpu.a $L/build/ggml/src/libggml-base.a \
//   -lpthread -ldl -fopenmp -o make-mirostat && ./make-mirostat > mirostat.json   # L: llama.cpp's folder, built
#include "llama.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

static std::mt19937 generator(20261124);
static int between(int low, int high) { return low + int(generator() % uint32_t(high - low + 1)); }

static const int vocabulary = 40;
static const int steps = 10;

static void print_text(int version, bool first) {
    // In thousandths, so that their decimal text is what both sides read.
    // Larger tau or smaller m now and then give a k beyond an int, whose conversion in llama.cpp is undefined (it keeps one token).
    int tau = between(500, 3500), eta = between(50, 500), m = between(0, 1) == 0 ? 100 : between(10, 30);
    auto * sampler = version == 1
        ? llama_sampler_init_mirostat(vocabulary, generator(), tau / 1000.0f, eta / 1000.0f, m)
        : llama_sampler_init_mirostat_v2(generator(), tau / 1000.0f, eta / 1000.0f);
    printf("%s\n{\"version\":%d,\"tau\":%d,\"eta\":%d,\"m\":%d,\"steps\":[", first ? "" : ",", version, tau, eta, m);
    std::normal_distribution<double> normal(0, 1.0 + between(0, 2));
    for (int step = 0; step < steps; step++) {
        std::vector<llama_token_data> data;
        std::string logits, kept;
        for (int id = 0; id < vocabulary; id++) {
            int thousandths = int(std::lround(1000 * normal(generator)));
            // No two equal: which of them comes first is not specified.
            while (std::any_of(data.begin(), data.end(), [&](auto & other) { return other.logit == thousandths / 1000.0f; })) thousandths++;
            data.push_back({ id, thousandths / 1000.0f, 0.0f });
            logits += (logits.empty() ? "" : ",") + std::to_string(thousandths);
        }
        llama_token_data_array array = { data.data(), data.size(), -1, false };
        llama_sampler_apply(sampler, &array);
        for (size_t i = 0; i < array.size; i++) {
            kept += (kept.empty() ? "[" : ",[") + std::to_string(array.data[i].id) + "," +
                    std::to_string(std::lround(1e6 * array.data[i].p)) + "]";
        }
        printf("%s\n{\"logits\":[%s],\"kept\":[%s],\"drawn\":%d}", step == 0 ? "" : ",", logits.c_str(), kept.c_str(),
               array.data[array.selected].id);
    }
    printf("]}");
    llama_sampler_free(sampler);
}

int main() {
    llama_log_set([](ggml_log_level, const char *, void *) {}, nullptr);
    printf("[");
    for (int i = 0; i < 25; i++) print_text(1, i == 0);
    for (int i = 0; i < 25; i++) print_text(2, false);
    printf("\n]\n");
}
