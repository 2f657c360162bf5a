// A certificate signed by its own key, made on the spot and written to files.
#pragma once

#include <string>

namespace roomd::net_test {

/// The two PEM files live as long as the object.
class own_certificate {
 public:
  own_certificate();
  own_certificate(const own_certificate&) = delete;
  own_certificate& operator=(const own_certificate&) = delete;
  ~own_certificate();

  std::string certificate;  ///< file name
  std::string key;          ///< file name

 private:
  std::string folder_;
};

}  // namespace roomd::net_test
