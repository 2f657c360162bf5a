#include "net_certificate.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace roomd::net_test {

namespace {

template <class T, void (*Free)(T*)>
struct freed {
  void operator()(T* p) const { Free(p); }
};
using key_ptr = std::unique_ptr<EVP_PKEY, freed<EVP_PKEY, EVP_PKEY_free>>;
using certificate_ptr = std::unique_ptr<X509, freed<X509, X509_free>>;

certificate_ptr sign(EVP_PKEY* key) {
  certificate_ptr c(X509_new());
  X509_set_version(c.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(c.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(c.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(c.get()), 3600);
  X509_set_pubkey(c.get(), key);
  X509_NAME* name = X509_get_subject_name(c.get());
  const auto* host = reinterpret_cast<const unsigned char*>("localhost");
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, host, -1, -1, 0);
  X509_set_issuer_name(c.get(), name);
  if (X509_sign(c.get(), key, EVP_sha256()) == 0) throw std::runtime_error("X509_sign");
  return c;
}

template <class Write>
void write_file(const std::string& name, Write write) {
  std::FILE* file = std::fopen(name.c_str(), "w");
  if (!file) throw std::runtime_error("cannot write " + name);
  write(file);
  std::fclose(file);
}

}  // namespace

own_certificate::own_certificate() {
  folder_ = (std::filesystem::temp_directory_path() / "roomd-tls-XXXXXX").string();
  if (!::mkdtemp(folder_.data())) throw std::runtime_error("mkdtemp");
  certificate = folder_ + "/certificate.pem";
  key = folder_ + "/key.pem";
  const key_ptr made(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
  const auto signed_one = sign(made.get());
  write_file(certificate, [&](std::FILE* f) { PEM_write_X509(f, signed_one.get()); });
  write_file(
      key, [&](std::FILE* f) { PEM_write_PrivateKey(f, made.get(), nullptr, nullptr, 0, nullptr, nullptr); });
}

own_certificate::~own_certificate() { std::filesystem::remove_all(folder_); }

}  // namespace roomd::net_test
