// One value of several types, for actions: what std::variant is, but cheap to compile with many alternatives.
// A file that makes one or passes one on pays for the types it names; only one that visits pays for all of
// them.
#pragma once

#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

namespace poolglass {

template <class T, class... Types>
inline constexpr int kTimes = (0 + ... + int{std::same_as<T, Types>});
template <class... Types>
inline constexpr bool kDistinct = ((kTimes<Types, Types...> == 1) && ...);

// Copies share the value, which never changes; only one that was moved from is empty. Derive a struct from
// it, so that its name, and not the list of types, stands in the symbol of every function that takes one:
//   struct Action : OneOf<Undo, Redo> { using OneOf::OneOf; };
template <class... Types>
class OneOf {
  static_assert(kDistinct<Types...>, "each type stands once");

 public:
  template <class T>
  static constexpr bool kLists = (std::same_as<T, Types> || ...);
  template <class U, class T>
  static constexpr bool kWithin = requires {
    requires U::template kLists<T>;
  };

  template <class T>
  requires kLists<std::remove_cvref_t<T>> OneOf(T&& value) {
    set<std::remove_cvref_t<T>>(std::forward<T>(value));
  }

  // Of what one of the types, a OneOf itself, can hold.
  template <class T>
  requires(!kLists<std::remove_cvref_t<T>> && (kWithin<Types, std::remove_cvref_t<T>> || ...))
      OneOf(T&& value) {
    static_assert((0 + ... + int{kWithin<Types, std::remove_cvref_t<T>>}) == 1, "several can hold it");
    const auto set_if = [&]<class U>(std::type_identity<U>) {
      if constexpr (kWithin<U, std::remove_cvref_t<T>>) set<U>(std::forward<T>(value));
    };
    (set_if(std::type_identity<Types>()), ...);
  }

  // The value; null when it is of another type.
  template <class T>
  requires kLists<T>
  const T* get_if() const { return type_ == &kType<T> ? static_cast<const T*>(value_.get()) : nullptr; }

  // Calls `f` with the value; it takes all the types and returns nothing.
  template <class F>
  void visit(F&& f) const {
    const auto call_if = [&]<class T>(std::type_identity<T>) {
      const T* value = get_if<T>();
      if (value != nullptr) f(*value);
      return value != nullptr;
    };
    (call_if(std::type_identity<Types>()) || ...);
  }

 private:
  template <class T>
  static constexpr char kType = 0;  // its address stands for the type

  template <class T, class U>
  void set(U&& value) {
    type_ = &kType<T>;
    value_ = std::make_shared<const T>(std::forward<U>(value));
  }

  const char* type_ = nullptr;
  std::shared_ptr<const void> value_;
};

// As the functions of those names do for std::variant.
template <class T, class... Types>
const T* get_if(const OneOf<Types...>& one) {
  return one.template get_if<T>();
}
template <class T, class... Types>
bool holds(const OneOf<Types...>& one) {
  return one.template get_if<T>() != nullptr;
}

}  // namespace poolglass
