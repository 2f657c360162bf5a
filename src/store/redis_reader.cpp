#include "store/redis_reader.hpp"

#include <new>
#include <utility>

#include <hiredis/hiredis.h>

namespace roomd::store {

// Builds replies for hiredis, which calls these functions from C: what is thrown must not pass through it, and a null
// pointer ends the reading.
struct redis_reader::builder {
  bounds most;
  std::size_t items = 0;
  std::size_t bytes = 0;  ///< of texts
  const char* fault = nullptr;

  static redis_reply* add(const redisReadTask* task, redis_reply made) noexcept {
    auto& self = *static_cast<builder*>(task->privdata);
    self.bytes += made.text.size();
    if (++self.items > self.most.items || self.bytes > self.most.bytes) {
      self.fault = "a reply is longer than may be";
      return nullptr;
    }
    try {
      if (!task->parent) return std::make_unique<redis_reply>(std::move(made)).release();
      // A list that is still being read is its parent's last item, so what grows here moves only finished ones.
      return &static_cast<redis_reply*>(task->parent->obj)->items.emplace_back(std::move(made));
    } catch (const std::bad_alloc&) {
      self.fault = "no memory for a reply";
      return nullptr;
    }
  }

  static void* text(const redisReadTask* task, char* bytes, std::size_t size) noexcept {
    redis_reply made;
    made.what = task->type == REDIS_REPLY_ERROR ? redis_reply::kind::error : redis_reply::kind::text;
    try {
      made.text.assign(bytes, size);
    } catch (const std::bad_alloc&) {
      return nullptr;
    }
    return add(task, std::move(made));
  }
  static void* integer(const redisReadTask* task, long long value) noexcept {
    redis_reply made;
    made.what = redis_reply::kind::integer;
    made.integer = value;
    return add(task, std::move(made));
  }
  static void* nil(const redisReadTask* task) noexcept { return add(task, {}); }
  /// How many lists the task's reply is in.
  static std::size_t depth_of(const redisReadTask* task) noexcept {
    std::size_t depth = 0;
    for (const auto* outer = task->parent; outer; outer = outer->parent) ++depth;
    return depth;
  }
  // What a list declares is only believed as its items come. hiredis 0.14 bounds the depth, later ones do not.
  template <class Size>
  static void* list(const redisReadTask* task, Size) noexcept {
    if (depth_of(task) >= redis_reader::most_depth) {
      static_cast<builder*>(task->privdata)->fault = "lists are nested deeper than may be";
      return nullptr;
    }
    redis_reply made;
    made.what = redis_reply::kind::list;
    return add(task, std::move(made));
  }
  static void free(void* root) noexcept { delete static_cast<redis_reply*>(root); }

  static redisReplyObjectFunctions* functions() {
    static redisReplyObjectFunctions all = [] {
      redisReplyObjectFunctions f{};
      f.createString = &text;
      f.createArray = &list;
      f.createInteger = &integer;
      f.createNil = &nil;
      f.freeObject = &free;
#if HIREDIS_MAJOR >= 1  // kinds of RESP3, which is never asked for
      f.createDouble = [](const redisReadTask*, double, char*, std::size_t) -> void* { return nullptr; };
      f.createBool = [](const redisReadTask*, int) -> void* { return nullptr; };
#endif
      return f;
    }();
    return &all;
  }
};

void redis_reader::closer::operator()(redisReader* reader) const { redisReaderFree(reader); }

redis_reader::redis_reader(bounds b)
    : bounds_(b),
      builder_(std::make_unique<builder>(builder{b})),
      reader_(redisReaderCreateWithFunctions(builder::functions())) {
  if (!reader_) throw std::bad_alloc();
  reader_->privdata = builder_.get();
}

redis_reader::~redis_reader() = default;

void redis_reader::feed(std::string_view bytes) {
  if (!fault_.empty()) return;
  if (redisReaderFeed(reader_.get(), bytes.data(), bytes.size()) != REDIS_OK) throw std::bad_alloc();
}

std::optional<redis_reply> redis_reader::next() {
  if (!fault_.empty()) return {};
  void* root = nullptr;
  const bool fine = redisReaderGetReply(reader_.get(), &root) == REDIS_OK;
  const std::unique_ptr<redis_reply> whole(static_cast<redis_reply*>(root));
  if (!fine) {
    fault_ = builder_->fault ? builder_->fault : reader_->errstr;
    return {};
  }
  if (whole) {
    builder_->items = 0;
    builder_->bytes = 0;
    return std::move(*whole);
  }
  if (reader_->len - reader_->pos > bounds_.bytes) fault_ = "a reply is longer than may be";
  return {};
}

}  // namespace roomd::store
