// Makes cases.json: random logits and samplers, and what llama.cpp (0c1e570) keeps of them.
//
// c++ -std=c++17 -O1 -I$L/include -I$L/src -I$L/ggml/include make-cases.cpp $L/build/src/libllama.a \
//   $L/build/ggml/src/libggml.a $L/build/ggml/src/libggml-cpu.a $L/build/ggml/src/libggml-base.a \
//   -lpthread -ldl -fopenmp -o make-cases && ./make-cases > cases.json          # L: llama.cpp's folder, built
#include "llama-sampler.h"
#include "llama.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <random>
#include <string>
#include <vector>

static std::mt19937 generator(20261124);
static int between(int low, int high) { return low + int(generator() % uint32_t(high - low + 1)); }
/** A share in steps of 1/1000, so that its decimal text is what both sides read. */
static float share(int low, int high) { return between(low, high) / 1000.0f; }
static std::string text(float value) {
    char buffer[32];
    snprintf(buffer, sizeof buffer, "%.6g", value);
    return buffer;
}

struct Made {
    llama_sampler * sampler;
    std::string json;
};

static const int vocabulary = 20;

static Made make(const std::string & name) {
    if (name == "top_k") {
        int k = between(0, 24);
        return { llama_sampler_init_top_k(k), "{\"top_k\":{\"k\":" + std::to_string(k) + "}}" };
    }
    if (name == "top_p" || name == "min_p" || name == "typical_p") {
        float p = name == "min_p" ? share(1, 500) : share(50, 999);
        int keep = between(0, 3) == 0 ? between(1, 5) : 1;
        auto * sampler = name == "top_p"   ? llama_sampler_init_top_p(p, keep)
                         : name == "min_p" ? llama_sampler_init_min_p(p, keep)
                                           : llama_sampler_init_typical(p, keep);
        return { sampler, "{\"" + name + "\":{\"p\":" + text(p) + ",\"min_keep\":" + std::to_string(keep) + "}}" };
    }
    if (name == "top_n_sigma") {
        float n = share(100, 2500);
        return { llama_sampler_init_top_n_sigma(n), "{\"top_n_sigma\":{\"n\":" + text(n) + "}}" };
    }
    if (name == "xtc") {
        float threshold = share(10, 300);
        int keep = between(0, 3) == 0 ? between(2, 18) : 1;
        return { llama_sampler_init_xtc(1.0f, threshold, keep, 1),
                 "{\"xtc\":{\"probability\":1,\"threshold\":" + text(threshold) + ",\"min_keep\":" + std::to_string(keep) + "}}" };
    }
    if (name == "temperature") {
        float t = share(200, 2500);
        return { llama_sampler_init_temp(t), "{\"temperature\":{\"t\":" + text(t) + "}}" };
    }
    if (name == "dynamic_temperature") {
        float t = share(300, 1500), range = share(0, 800), exponent = share(200, 3000);
        return { llama_sampler_init_temp_ext(t, range, exponent),
                 "{\"dynamic_temperature\":{\"t\":" + text(t) + ",\"range\":" + text(range) + ",\"exponent\":" + text(exponent) + "}}" };
    }
    if (name == "penalties") {
        int last = between(0, 40);
        float repeat = share(900, 1600), frequency = share(-300, 600), presence = share(-300, 600);
        return { llama_sampler_init_penalties(vocabulary, last, repeat, frequency, presence),
                 "{\"penalties\":{\"last_n\":" + std::to_string(last) + ",\"repeat\":" + text(repeat) +
                     ",\"frequency\":" + text(frequency) + ",\"presence\":" + text(presence) + "}}" };
    }
    if (name == "dry") {
        float multiplier = share(100, 2000), base = share(1000, 2500);
        int allowed = between(0, 4), last = between(1, 80);
        std::vector<std::vector<llama_token>> breakers;
        std::string list;
        for (int i = between(0, 3); i > 0; i--) {
            std::vector<llama_token> breaker;
            std::string tokens;
            for (int j = between(1, 3); j > 0; j--) {
                breaker.push_back(between(0, 5));
                tokens += (tokens.empty() ? "" : ",") + std::to_string(breaker.back());
            }
            breakers.push_back(breaker);
            list += (list.empty() ? "[" : ",[") + tokens + "]";
        }
        return { llama_sampler_init_dry_testing(multiplier, base, allowed, last, breakers),
                 "{\"dry\":{\"multiplier\":" + text(multiplier) + ",\"base\":" + text(base) +
                     ",\"allowed_length\":" + std::to_string(allowed) + ",\"last_n\":" + std::to_string(last) +
                     ",\"sequence_breakers\":[" + list + "]}}" };
    }
    // logit_bias
    std::vector<llama_logit_bias> bias;
    std::string list;
    for (int token = between(0, 4); token < vocabulary; token += between(1, 9)) {
        bias.push_back({ token, share(-4000, 4000) });
        list += (list.empty() ? "[" : ",[") + std::to_string(token) + "," + text(bias.back().bias) + "]";
    }
    return { llama_sampler_init_logit_bias(vocabulary, int(bias.size()), bias.data()), "{\"logit_bias\":{\"bias\":[" + list + "]}}" };
}

static bool first = true;

static void print_case(const std::vector<std::string> & names) {
    auto * chain = llama_sampler_chain_init(llama_sampler_chain_default_params());
    std::string samplers, previous, logits, kept;
    for (const auto & name : names) {
        auto made = make(name);
        llama_sampler_chain_add(chain, made.sampler);
        samplers += (samplers.empty() ? "" : ",") + made.json;
    }
    // Few different tokens, and copies of what was there, so that there are repetitions.
    std::vector<llama_token> text_so_far;
    for (int count = between(0, 60); int(text_so_far.size()) < count;) {
        int length = between(1, 6);
        int start = text_so_far.empty() ? 0 : between(0, int(text_so_far.size()) - 1);
        bool copy = !text_so_far.empty() && between(0, 1) == 0;
        for (int i = 0; i < length; i++) text_so_far.push_back(copy ? text_so_far[start + i] : between(0, 7));
    }
    for (auto token : text_so_far) {
        llama_sampler_accept(chain, token);
        previous += (previous.empty() ? "" : ",") + std::to_string(token);
    }
    std::vector<llama_token_data> data;
    std::normal_distribution<double> normal(0, 1.0 + between(0, 3));
    for (int id = 0; id < vocabulary; id++) {
        int thousandths = int(std::lround(1000 * normal(generator)));
        // No two equal: which of them std::partial_sort puts first is not specified.
        while (std::any_of(data.begin(), data.end(), [&](auto & other) { return other.logit == thousandths / 1000.0f; })) thousandths++;
        data.push_back({ id, thousandths / 1000.0f, 0.0f });
        logits += (logits.empty() ? "" : ",") + std::to_string(thousandths);
    }
    llama_token_data_array array = { data.data(), data.size(), -1, false };
    llama_sampler_apply(chain, &array);
    double sum = 0, largest = -INFINITY;
    for (size_t i = 0; i < array.size; i++) largest = std::max(largest, double(array.data[i].logit));
    for (size_t i = 0; i < array.size; i++) sum += std::exp(array.data[i].logit - largest);
    for (size_t i = 0; i < array.size; i++) {
        if (array.data[i].logit == -INFINITY) continue;
        long millionths = std::lround(1e6 * std::exp(array.data[i].logit - largest) / sum);
        kept += (kept.empty() ? "[" : ",[") + std::to_string(array.data[i].id) + "," + std::to_string(millionths) + "]";
    }
    printf("%s\n{\"samplers\":[%s],\"previous\":[%s],\"logits\":[%s],\"kept\":[%s]}", first ? "" : ",", samplers.c_str(),
           previous.c_str(), logits.c_str(), kept.c_str());
    first = false;
    llama_sampler_free(chain);
}

int main() {
    llama_log_set([](ggml_log_level, const char *, void *) {}, nullptr);
    printf("[");
    for (const char * name : { "dry", "xtc", "typical_p" }) {
        for (int i = 0; i < 200; i++) print_case({ name });
    }
    const std::vector<std::string> order = { "logit_bias", "penalties", "dry",   "top_n_sigma", "top_k",
                                             "typical_p",  "top_p",     "min_p", "xtc",         "temperature" };
    for (const auto & name : { "top_k", "top_p", "min_p", "top_n_sigma", "dynamic_temperature", "penalties", "logit_bias" }) {
        for (int i = 0; i < 40; i++) print_case({ name });
    }
    // Chains, in the usual order and in others. The bias stays in front: llama.cpp's leaves sorted candidates marked so.
    for (int i = 0; i < 200; i++) {
        std::vector<std::string> names = order;
        if (i % 2 == 1) {
            for (size_t j = names.size() - 1; j > 1; j--) std::swap(names[j], names[size_t(between(1, int(j)))]);
        }
        for (int drop = between(4, 8); drop > 0; drop--) names.erase(names.begin() + between(0, int(names.size()) - 1));
        // After top_n_sigma, which leaves logits of -INFINITY, llama.cpp's typical_p computes 0 * log(0): NaN, no result.
        auto sigma = std::find(names.begin(), names.end(), "top_n_sigma");
        if (sigma != names.end() && std::find(sigma, names.end(), "typical_p") != names.end()) names.erase(sigma);
        print_case(names);
    }
    printf("\n]\n");
}
