// A queue in a ring of slots: in at the back, out at the front, every element reached by its place. It grows
// by doubling and gives half back when three quarters are free, so that both ends cost O(1) amortised; an
// empty ring holds no memory. Elements are movable and have a default value, which an unused slot holds.
// References last until the next change.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <new>
#include <utility>
#include <vector>

namespace roomd {

template <class T>
class ring {
 public:
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  /// Slots that memory is held for.
  std::size_t capacity() const { return slots_.size(); }

  /// The element `i` places behind the front.
  const T& operator[](std::size_t i) const {
    assert(i < size_);
    return slots_[slot(i)];
  }
  const T& front() const { return (*this)[0]; }

  /// Takes the memory for one more, so that the next `push_back` cannot fail.
  void reserve_one() {
    if (size_ == slots_.size()) resize(std::max(least, 2 * size_));
  }

  void push_back(T value) {
    reserve_one();
    slots_[slot(size_)] = std::move(value);
    ++size_;
  }

  void pop_front() {
    assert(size_ > 0);
    slots_[begin_] = T{};
    begin_ = slot(1);
    --size_;
    if (size_ == 0) {
      clear();
    } else if (slots_.size() > least && size_ <= slots_.size() / 4) {
      shrink();
    }
  }

  void clear() { *this = ring(); }

 private:
  static constexpr std::size_t least = 2;  ///< a million rooms have one message each

  /// The number of slots is a power of two.
  std::size_t slot(std::size_t i) const { return (begin_ + i) & (slots_.size() - 1); }

  /// Needs memory to give memory back; where there is none, it keeps what it has.
  void shrink() {
    try {
      resize(slots_.size() / 2);
    } catch (const std::bad_alloc&) {
    }
  }

  void resize(std::size_t capacity) {
    std::vector<T> moved(capacity);
    for (std::size_t i = 0; i < size_; ++i) moved[i] = std::move(slots_[slot(i)]);
    slots_ = std::move(moved);
    begin_ = 0;
  }

  std::vector<T> slots_;
  std::size_t begin_ = 0;
  std::size_t size_ = 0;
};

}  // namespace roomd
