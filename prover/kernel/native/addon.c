/*
 * The engine as a Node-API module. Arguments are checked for type and size; requests answer with a promise of an object
 * { status, at, ... } and never reject; a wrong argument throws a TypeError. Everything here but `finished` runs on the
 * thread of JavaScript, so counts need no locks.
 */
#define NAPI_VERSION 8
#include <node_api.h>
#include <stdlib.h>
#include <string.h>
#include "engine.h"

/* What an engine's handle, its keys and its requests hold together. */
typedef struct {
  engine_t *engine;
  int references, requests, closing;
} handle_t;

typedef struct {
  handle_t *handle;
  engine_key_t *key;
  int references, forgotten;
} key_handle_t;

static const napi_type_tag ENGINE_TAG = {0x7461636974656e67, 0x1}, KEY_TAG = {0x74616369746b6579, 0x1};

typedef struct request {
  handle_t *handle;
  key_handle_t *key;
  napi_deferred deferred;
  napi_threadsafe_function function;
  /* Keeps the caller's bytes from the collector. */
  napi_ref kept;
  engine_status_t status;
  uint32_t at;
  /* Turns an ENGINE_OK into the answer's own fields. */
  void (*fill)(napi_env env, struct request *request, napi_value answer);
  engine_key_t *loaded;
  engine_proof_t proof;
  uint32_t words[32];
  size_t word_count;
} request_t;

static napi_value type_error(napi_env env, const char *message) {
  napi_throw_type_error(env, NULL, message);
  return NULL;
}

static void end_threads(void *argument) {
  handle_t *handle = argument;
  if (handle->engine != NULL) engine_close(handle->engine);
  handle->engine = NULL;
}

static void close_when_idle(napi_env env, handle_t *handle) {
  if (handle->engine == NULL || !handle->closing || handle->requests > 0) return;
  napi_remove_env_cleanup_hook(env, end_threads, handle);
  end_threads(handle);
}

static void let_go(napi_env env, handle_t *handle) {
  if (--handle->references > 0) return;
  handle->closing = 1;
  close_when_idle(env, handle);
  free(handle);
}

static void let_go_of_key(napi_env env, key_handle_t *key) {
  if (--key->references > 0) return;
  if (key->key != NULL) engine_forget(key->key);
  let_go(env, key->handle);
  free(key);
}

static void finalize_engine(napi_env env, void *data, void *hint) {
  (void)hint;
  let_go(env, data);
}

static void finalize_key(napi_env env, void *data, void *hint) {
  (void)hint;
  let_go_of_key(env, data);
}

static void *handle_of(napi_env env, napi_value value, const napi_type_tag *tag) {
  napi_valuetype type;
  bool tagged = false;
  void *data = NULL;
  if (napi_typeof(env, value, &type) != napi_ok || type != napi_external) return NULL;
  if (napi_check_object_type_tag(env, value, tag, &tagged) != napi_ok || !tagged) return NULL;
  napi_get_value_external(env, value, &data);
  return data;
}

static int bytes_of(napi_env env, napi_value value, engine_bytes_t *bytes) {
  bool is = false;
  napi_typedarray_type type;
  void *data;
  if (napi_is_typedarray(env, value, &is) != napi_ok || !is) return 0;
  if (napi_get_typedarray_info(env, value, &type, &bytes->length, &data, NULL, NULL) != napi_ok) return 0;
  bytes->bytes = data;
  return type == napi_uint8_array;
}

static int named_uint32(napi_env env, napi_value object, const char *name, uint32_t *out) {
  napi_value value;
  double number;
  if (napi_get_named_property(env, object, name, &value) != napi_ok) return 0;
  if (napi_get_value_double(env, value, &number) != napi_ok) return 0;
  if (!(number >= 0 && number <= 4294967295.0)) return 0;
  *out = (uint32_t)number;
  return (double)*out == number;
}

static void set_number(napi_env env, napi_value object, const char *name, double number) {
  napi_value value;
  napi_create_double(env, number, &value);
  napi_set_named_property(env, object, name, value);
}

static void set_bytes(napi_env env, napi_value object, const char *name, const void *bytes, size_t length) {
  napi_value buffer, array;
  void *data;
  napi_create_arraybuffer(env, length, &data, &buffer);
  memcpy(data, bytes, length);
  napi_create_typedarray(env, napi_uint8_array, length, buffer, 0, &array);
  napi_set_named_property(env, object, name, array);
}

/* Back on JavaScript's thread. */
static void answer(napi_env env, napi_value callback, void *context, void *data) {
  request_t *request = data;
  (void)callback, (void)context;
  /* Without an environment JavaScript is gone, and what it held is the system's to free. */
  if (env == NULL) return;
  napi_handle_scope scope;
  napi_open_handle_scope(env, &scope);
  napi_value object;
  napi_create_object(env, &object);
  set_number(env, object, "status", request->status);
  set_number(env, object, "at", request->at);
  if (request->status == ENGINE_OK) request->fill(env, request, object);
  napi_resolve_deferred(env, request->deferred, object);
  if (request->kept != NULL) napi_delete_reference(env, request->kept);
  request->handle->requests--;
  close_when_idle(env, request->handle);
  if (request->key != NULL) let_go_of_key(env, request->key);
  let_go(env, request->handle);
  napi_close_handle_scope(env, scope);
  free(request);
}

/* On a thread of the pool. */
static void finished(void *context, engine_status_t status, uint32_t at) {
  request_t *request = context;
  const napi_threadsafe_function function = request->function;
  request->status = status;
  request->at = at;
  /* When Node is ending the call is refused, and has released the function. */
  if (napi_call_threadsafe_function(function, request, napi_tsfn_nonblocking) != napi_closing)
    napi_release_threadsafe_function(function, napi_tsfn_release);
}

/* @returns NULL with an exception pending when the engine is closed or Node refuses */
static request_t *begin(napi_env env, handle_t *handle, key_handle_t *key, napi_value *promise) {
  napi_value name;
  if (handle->engine == NULL || handle->closing || (key != NULL && key->forgotten)) {
    napi_throw_error(env, "CLOSED", key != NULL && key->forgotten ? "the key is forgotten" : "the engine is closed");
    return NULL;
  }
  request_t *request = calloc(1, sizeof(request_t));
  if (request == NULL) {
    napi_throw_error(env, "NO_MEMORY", "out of memory");
    return NULL;
  }
  if (napi_create_string_utf8(env, "tacit", NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_create_threadsafe_function(env, NULL, NULL, name, 0, 1, NULL, NULL, NULL, answer, &request->function) !=
          napi_ok ||
      napi_create_promise(env, &request->deferred, promise) != napi_ok) {
    if (request->function != NULL) napi_release_threadsafe_function(request->function, napi_tsfn_abort);
    free(request);
    napi_throw_error(env, "NO_MEMORY", "the request cannot begin");
    return NULL;
  }
  request->handle = handle;
  request->key = key;
  handle->references++;
  handle->requests++;
  if (key != NULL) key->references++;
  return request;
}

#define ARGUMENTS(count)                                                                          \
  napi_value arguments[count];                                                                    \
  size_t given = count;                                                                           \
  if (napi_get_cb_info(env, info, &given, arguments, NULL, NULL) != napi_ok || given < (count)) \
    return type_error(env, "too few arguments");

/* open(threads, path or undefined): an engine */
static napi_value js_open(napi_env env, napi_callback_info info) {
  ARGUMENTS(2)
  uint32_t threads;
  char path[16];
  size_t length = 0;
  napi_valuetype type;
  if (napi_get_value_uint32(env, arguments[0], &threads) != napi_ok) return type_error(env, "threads is no number");
  napi_typeof(env, arguments[1], &type);
  if (type == napi_string) napi_get_value_string_utf8(env, arguments[1], path, sizeof path, &length);
  else if (type != napi_undefined) return type_error(env, "path is no string");
  engine_t *engine = engine_open(threads, type == napi_string ? path : NULL);
  handle_t *handle = calloc(1, sizeof(handle_t));
  napi_value result;
  if (engine == NULL || handle == NULL) {
    if (engine != NULL) engine_close(engine);
    free(handle);
    napi_throw_error(env, "NO_ENGINE", "there is no such code path, or the system gives no threads");
    return NULL;
  }
  handle->engine = engine;
  handle->references = 1;
  if (napi_create_external(env, handle, finalize_engine, NULL, &result) != napi_ok) {
    end_threads(handle);
    free(handle);
    return NULL;
  }
  napi_add_env_cleanup_hook(env, end_threads, handle);
  napi_type_tag_object(env, result, &ENGINE_TAG);
  return result;
}

/* close(engine): ends its threads as soon as nothing runs */
static napi_value js_close(napi_env env, napi_callback_info info) {
  ARGUMENTS(1)
  handle_t *handle = handle_of(env, arguments[0], &ENGINE_TAG);
  if (handle == NULL) return type_error(env, "not an engine");
  handle->closing = 1;
  close_when_idle(env, handle);
  return NULL;
}

static void fill_key(napi_env env, request_t *request, napi_value object) {
  key_handle_t *key = calloc(1, sizeof(key_handle_t));
  napi_value external;
  if (key == NULL || napi_create_external(env, key, finalize_key, NULL, &external) != napi_ok) {
    free(key);
    engine_forget(request->loaded);
    set_number(env, object, "status", ENGINE_NO_MEMORY);
    return;
  }
  napi_type_tag_object(env, external, &KEY_TAG);
  key->handle = request->handle;
  key->handle->references++;
  key->key = request->loaded;
  key->references = 1;
  napi_set_named_property(env, object, "key", external);
}

/* load(engine, { wires, publicSignals, log, parts }): { status, at, key } */
static napi_value js_load(napi_env env, napi_callback_info info) {
  ARGUMENTS(2)
  handle_t *handle = handle_of(env, arguments[0], &ENGINE_TAG);
  engine_key_source_t source;
  napi_value parts, promise;
  if (handle == NULL) return type_error(env, "not an engine");
  if (!named_uint32(env, arguments[1], "wires", &source.wires) ||
      !named_uint32(env, arguments[1], "publicSignals", &source.public_signals) ||
      !named_uint32(env, arguments[1], "log", &source.log) ||
      napi_get_named_property(env, arguments[1], "parts", &parts) != napi_ok)
    return type_error(env, "the key lacks a number");
  for (uint32_t i = 0; i < PART_COUNT; i++) {
    napi_value part;
    if (napi_get_element(env, parts, i, &part) != napi_ok || !bytes_of(env, part, &source.parts[i]))
      return type_error(env, "a part of the key is no array of bytes");
  }
  request_t *request = begin(env, handle, NULL, &promise);
  if (request == NULL) return NULL;
  request->fill = fill_key;
  napi_create_reference(env, parts, 1, &request->kept);
  engine_load(handle->engine, &source, &request->loaded, finished, request);
  return promise;
}

/* forget(key) */
static napi_value js_forget(napi_env env, napi_callback_info info) {
  ARGUMENTS(1)
  key_handle_t *key = handle_of(env, arguments[0], &KEY_TAG);
  if (key == NULL) return type_error(env, "not a key");
  /* The memory goes now when no proof needs it, or else with the last of them. */
  if (!key->forgotten && key->references == 1) {
    engine_forget(key->key);
    key->key = NULL;
  }
  key->forgotten = 1;
  return NULL;
}

static void fill_proof(napi_env env, request_t *request, napi_value object) {
  set_bytes(env, object, "points", request->proof.words, sizeof request->proof.words);
  napi_value phases;
  napi_create_array_with_length(env, PHASE_COUNT, &phases);
  for (uint32_t i = 0; i < PHASE_COUNT; i++) {
    napi_value number;
    napi_create_double(env, request->proof.phases[i], &number);
    napi_set_element(env, phases, i, number);
  }
  napi_set_named_property(env, object, "phases", phases);
}

/* prove(key, witness, r, s): { status, at, points, phases } */
static napi_value js_prove(napi_env env, napi_callback_info info) {
  ARGUMENTS(4)
  key_handle_t *key = handle_of(env, arguments[0], &KEY_TAG);
  engine_bytes_t witness, r, s;
  napi_value promise;
  if (key == NULL) return type_error(env, "not a key");
  if (!bytes_of(env, arguments[1], &witness)) return type_error(env, "the witness is no array of bytes");
  if (!bytes_of(env, arguments[2], &r) || r.length != 32 || !bytes_of(env, arguments[3], &s) || s.length != 32)
    return type_error(env, "r and s have 32 bytes each");
  request_t *request = begin(env, key->handle, key, &promise);
  if (request == NULL) return NULL;
  request->fill = fill_proof;
  engine_prove(key->key, witness, r.bytes, s.bytes, &request->proof, finished, request);
  return promise;
}

static void fill_words(napi_env env, request_t *request, napi_value object) {
  set_bytes(env, object, "points", request->words, 4 * request->word_count);
}

/* sum(engine, group, points, scalars): { status, at, points } */
static napi_value js_sum(napi_env env, napi_callback_info info) {
  ARGUMENTS(4)
  handle_t *handle = handle_of(env, arguments[0], &ENGINE_TAG);
  uint32_t group;
  engine_bytes_t points, scalars;
  napi_value promise;
  if (handle == NULL) return type_error(env, "not an engine");
  if (napi_get_value_uint32(env, arguments[1], &group) != napi_ok || group < 1 || group > 2)
    return type_error(env, "the group is 1 or 2");
  if (!bytes_of(env, arguments[2], &points) || !bytes_of(env, arguments[3], &scalars))
    return type_error(env, "points or scalars are no array of bytes");
  request_t *request = begin(env, handle, NULL, &promise);
  if (request == NULL) return NULL;
  request->fill = fill_words;
  request->word_count = 16 * group;
  engine_sum(handle->engine, (int)group, points, scalars, request->words, finished, request);
  return promise;
}

/* transform(engine, log, values): in place; a status */
static napi_value js_transform(napi_env env, napi_callback_info info) {
  ARGUMENTS(3)
  handle_t *handle = handle_of(env, arguments[0], &ENGINE_TAG);
  uint32_t log;
  engine_bytes_t values;
  napi_value result;
  if (handle == NULL || handle->engine == NULL) return type_error(env, "not an open engine");
  if (napi_get_value_uint32(env, arguments[1], &log) != napi_ok || log > 20 || !bytes_of(env, arguments[2], &values) ||
      values.length != (size_t)32 << log || (uintptr_t)values.bytes % 4 != 0)
    return type_error(env, "2^log values of 32 bytes are needed");
  napi_create_double(env, engine_transform(handle->engine, (int)log, (uint32_t *)values.bytes), &result);
  return result;
}

/* field(engine, value, operand, which, count): in place */
static napi_value js_field(napi_env env, napi_callback_info info) {
  ARGUMENTS(5)
  handle_t *handle = handle_of(env, arguments[0], &ENGINE_TAG);
  engine_bytes_t value, operand;
  uint32_t which, count, words[16];
  if (handle == NULL || handle->engine == NULL) return type_error(env, "not an open engine");
  if (!bytes_of(env, arguments[1], &value) || value.length != 32 || !bytes_of(env, arguments[2], &operand) ||
      operand.length != 32 || napi_get_value_uint32(env, arguments[3], &which) != napi_ok ||
      napi_get_value_uint32(env, arguments[4], &count) != napi_ok)
    return type_error(env, "two values of 32 bytes and two numbers are needed");
  memcpy(words, value.bytes, 32);
  memcpy(words + 8, operand.bytes, 32);
  engine_field(handle->engine, words, words + 8, (int)which, count);
  memcpy((uint8_t *)value.bytes, words, 32);
  return NULL;
}

NAPI_MODULE_INIT() {
  static const struct {
    const char *name;
    napi_callback function;
  } functions[] = {{"open", js_open},   {"close", js_close}, {"load", js_load},           {"forget", js_forget},
                   {"prove", js_prove}, {"sum", js_sum},     {"transform", js_transform}, {"field", js_field}};
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    napi_value function;
    napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH, functions[i].function, NULL, &function);
    napi_set_named_property(env, exports, functions[i].name, function);
  }
  napi_value paths;
  napi_create_array(env, &paths);
  for (uint32_t i = 0; engine_path_name((int)i) != NULL; i++) {
    napi_value name;
    napi_create_string_utf8(env, engine_path_name((int)i), NAPI_AUTO_LENGTH, &name);
    napi_set_element(env, paths, i, name);
  }
  napi_set_named_property(env, exports, "paths", paths);
  return exports;
}
